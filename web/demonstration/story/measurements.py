"""Steps 9 and 13: pupils with their baseline, and the outcomes, file by file."""

from datetime import date, datetime

from sqlalchemy import func, select

from trials.draws.queries import own_result
from trials.measurements.checking import Intent
from trials.measurements.models import (
    Blinding,
    Instrument,
    InstrumentRole,
    Measurement,
    Pupil,
    Upload,
    UploadKind,
)
from trials.measurements.services import lock_outcomes, upload_file
from trials.people.services.demonstration import cast_person
from trials.permissions import Actor, Role, Scope
from trials.signups.models import Signup
from web.demonstration.cast import PARTS, address
from web.demonstration.schools import DemoSchool, outcome_file, pupils_file
from web.demonstration.stage import Stage, Step
from web.demonstration.story.signups import signups_of
from web.demonstration.trials import DemoTrial


def baseline_steps(trial: DemoTrial) -> list[Step]:
    return [
        Step(
            9,
            ("coordinator",),
            lambda s: send_pupils(s, trial),
            lambda s: tell_pupils(s, trial),
        )
    ]


def outcome_steps(trial: DemoTrial) -> list[Step]:
    return [
        Step(
            13,
            ("coordinator", "manager"),
            lambda s: send_outcomes(s, trial),
            lambda s: tell_outcomes(s, trial),
        )
    ]


def send_pupils(stage: Stage, trial: DemoTrial) -> None:
    now = trial.calendar["pupils"]
    actor = stage.actor("coordinator", now)
    for signup, school in unsent(stage, trial, UploadKind.PUPILS):
        _send(stage, signup, UploadKind.PUPILS, pupils_file(school, _day(now)), actor, now)


def tell_pupils(stage: Stage, trial: DemoTrial) -> str:
    found = stage.trial_of(trial.slug)
    pupils = stage.session.scalar(select(func.count(Pupil.id)).where(Pupil.trial_id == found.id))
    scores = _scores(stage, found.id, InstrumentRole.BASELINE)
    without = sum(not school.has_baseline for school in trial.schools)
    return f"{pupils:,} pupils, {scores:,} with pre-test; {without} schools without, flagged"


def send_outcomes(stage: Stage, trial: DemoTrial) -> None:
    found = stage.trial_of(trial.slug)
    if found.outcomes_locked_at is not None:
        return
    now, control = trial.calendar["outcomes"], "controle"
    _appoint_tester(stage, found.scope, now)
    actor = stage.actor("coordinator", now)
    for signup, school in unsent(stage, trial, UploadKind.OUTCOME):
        if not any(pupil.post for pupil in school.pupils):
            continue  # five schools were never tested
        (arm,) = own_result(stage.session, signup.id, actor).arms
        file = outcome_file(school, _day(now), intervention=arm != control)
        _send(stage, signup, UploadKind.OUTCOME, file, actor, now)
    locked = trial.calendar["locked"]
    lock_outcomes(
        stage.session, trial_id=found.id, actor=stage.actor("manager", locked), now=locked
    )


def _appoint_tester(stage: Stage, scope: Scope, now: datetime) -> None:
    part = PARTS["tester"]
    cast_person(
        stage.session,
        email=address("tester"),
        name=part.name_nl,
        roles=((Role.OUTCOME_TESTER, scope),),
        organisation=part.organisation,
        now=now,
    )


def tell_outcomes(stage: Stage, trial: DemoTrial) -> str:
    found = stage.trial_of(trial.slug)
    scores = _scores(stage, found.id, InstrumentRole.OUTCOME)
    return f"{scores:,} post-tests, then locked; the tester was blind"


def unsent(stage: Stage, trial: DemoTrial, kind: UploadKind) -> list[tuple[Signup, DemoSchool]]:
    """Return the sign-ups that have not sent such a file yet, with their schools."""
    signups = signups_of(stage, stage.trial_of(trial.slug).id)
    sent = set(stage.session.scalars(select(Upload.signup_id).where(Upload.kind == kind)))
    schools = {school.code: school for school in trial.schools}
    return [(s, schools[s.site.code]) for s in signups if s.id not in sent]


def _send(
    stage: Stage, signup: Signup, kind: UploadKind, content: bytes, actor: Actor, now: datetime
) -> None:
    blind = {"language_post": Blinding.BLIND} if kind is UploadKind.OUTCOME else {}
    upload_file(
        stage.session,
        signup_id=signup.id,
        intent=Intent(kind, blinding=blind),
        content=content,
        name=f"{kind}.csv",
        keys=stage.keys,
        actor=actor,
        now=now,
    )


def _scores(stage: Stage, trial_id: int, role: InstrumentRole) -> int:
    return (
        stage.session.scalar(
            select(func.count(Measurement.id))
            .join(Instrument)
            .where(
                Instrument.trial_id == trial_id,
                Instrument.role == role,
                Measurement.value.is_not(None),
            )
        )
        or 0
    )


def _day(now: datetime) -> date:
    return now.date()
