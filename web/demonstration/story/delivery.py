"""Step 12: fidelity, dose, events and costs, logged where and when they happen."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from trials.delivery.models import Cost, CostKind, DeliveryEvent, Dose, EventKind, FidelityCheck
from trials.delivery.services import log_cost, log_dose, log_event, log_fidelity
from trials.draws.models import DrawUnit
from trials.signups.models import Signup
from web.demonstration.stage import Stage, Step, secret
from web.demonstration.story.signups import signups_of
from web.demonstration.trials import DemoTrial

COMPONENTS = ("pairing", "reading", "talking")


def steps(trial: DemoTrial) -> list[Step]:
    return [Step(12, ("applicant",), lambda s: deliver(s, trial), lambda s: tell(s, trial))]


def deliver(stage: Stage, trial: DemoTrial) -> None:
    """Visit every third intervention school, count sessions in all of them, note the rest."""
    now = trial.calendar["delivery"] + timedelta(weeks=10)
    provider, monday = stage.actor("applicant", now), _monday(now.date())
    treated = intervention_schools(stage, trial)
    counted = _counted(stage)
    for number, signup in enumerate(treated):
        if signup.id not in counted:
            log_dose(
                stage.session,
                signup_id=signup.id,
                week=monday,
                sessions=2 + _chance(trial, signup, "dose") % 2,
                actor=provider,
                now=now,
            )
        if number % 3 == 0:
            _visit(stage, trial, signup)
    _note_costs(stage, trial)
    _note_event(stage, trial, treated)


def _visit(stage: Stage, trial: DemoTrial, signup: Signup) -> None:
    now = trial.calendar["delivery"] + timedelta(weeks=10)
    logged = set(
        stage.session.scalars(
            select(FidelityCheck.component).where(FidelityCheck.signup_id == signup.id)
        )
    )
    for component in COMPONENTS:
        if component in logged:
            continue
        log_fidelity(
            stage.session,
            signup_id=signup.id,
            component=component,
            checked_on=now.date(),
            score=60 + _chance(trial, signup, component) % 41,
            actor=stage.actor("applicant", now),
            now=now,
        )


def _note_costs(stage: Stage, trial: DemoTrial) -> None:
    found, now = stage.trial_of(trial.slug), trial.calendar["delivery"] + timedelta(weeks=10)
    known = set(stage.session.scalars(select(Cost.item).where(Cost.trial_id == found.id)))
    for item, kind, euro, hours in (
        ("Training en begeleiding", CostKind.START_UP, "41250.00", "820"),
        ("Materialen", CostKind.RECURRING, "33600.00", "0"),
    ):
        if item not in known:
            log_cost(
                stage.session,
                trial_id=found.id,
                item=item,
                kind=kind,
                euro=Decimal(euro),
                staff_hours=Decimal(hours),
                actor=stage.actor("applicant", now),
                now=now,
            )


def _note_event(stage: Stage, trial: DemoTrial, treated: list[Signup]) -> None:
    now = trial.calendar["delivery"] + timedelta(weeks=10)
    first = treated[0].id
    if stage.session.scalar(select(DeliveryEvent.id).where(DeliveryEvent.signup_id == first)):
        return
    log_event(
        stage.session,
        signup_id=first,
        kind=EventKind.DISRUPTION,
        happened_on=now.date(),
        text="Een week gesloten door ziekte van leerkrachten.",
        actor=stage.actor("applicant", now),
        now=now,
    )


def tell(stage: Stage, trial: DemoTrial) -> str:
    ids = [signup.id for signup in signups_of(stage, stage.trial_of(trial.slug).id)]

    def count(table: type[FidelityCheck] | type[Dose] | type[DeliveryEvent]) -> int:
        rows = select(func.count(table.id)).where(table.signup_id.in_(ids))
        return stage.session.scalar(rows) or 0

    return (
        f"{count(FidelityCheck)} fidelity checks, {count(Dose)} counts of sessions, "
        f"{count(DeliveryEvent)} event, costs logged"
    )


def intervention_schools(stage: Stage, trial: DemoTrial) -> list[Signup]:
    rows = (
        select(Signup)
        .join(DrawUnit, DrawUnit.signup_id == Signup.id)
        .where(Signup.trial_id == stage.trial_of(trial.slug).id, DrawUnit.arm == trial.slug)
        .order_by(Signup.id)
    )
    return list(stage.session.scalars(rows))


def _counted(stage: Stage) -> set[int]:
    return set(stage.session.scalars(select(Dose.signup_id)))


def _chance(trial: DemoTrial, signup: Signup, name: str) -> int:
    return secret("delivery", trial.slug, str(signup.site.code), name)[0]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
