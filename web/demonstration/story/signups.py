"""Steps 7 and 8: the call for schools, the recruiter's log, and the sign-ups."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from trials.calls.models import Trial
from trials.lifecycle import TrialState
from trials.people.services.demonstration import cast_person
from trials.permissions import Actor, Permission, Role
from trials.register.models import Site, SiteKind
from trials.signups.agreement import agreement, shown_sha256
from trials.signups.contacts import Contact
from trials.signups.models import Answer, Approach, Channel, CouncilAnswer, SchoolCall, Signup
from trials.signups.services.appointing import name_council_contact, note_parents_informed
from trials.signups.services.interest import register_interest
from trials.signups.services.opening import CallTerms, open_school_call
from trials.signups.services.placing import submit_signup
from trials.signups.services.preparing import (
    GroupSize,
    accept_both_groups,
    state_groups,
    state_other_interventions,
    state_tests,
)
from trials.signups.services.recruiting import log_approach
from trials.signups.services.signing import (
    council_decision,
    record_council_decision,
    sign_for_board,
)
from trials.signups.states import SignupState
from web.demonstration.calendar import OPENING
from web.demonstration.cast import PARTS, address
from web.demonstration.schools import DemoSchool
from web.demonstration.stage import Stage, Step
from web.demonstration.trials import DemoTrial

GRADE = "groep 8"


def steps(trial: DemoTrial) -> list[Step]:
    found = [
        Step(
            7,
            ("officer", "recruiter"),
            lambda s: call_schools(s, trial),
            lambda s: tell_call(s, trial),
        ),
        Step(8, ("coordinator",), lambda s: sign_up(s, trial), lambda s: tell_signups(s, trial)),
    ]
    if trial.until != "signed_up":
        found.append(
            Step(
                8,
                ("signatory", "council"),
                lambda s: sign_and_consent(s, trial),
                lambda s: tell_complete(s, trial),
            )
        )
    return found


def call_schools(stage: Stage, trial: DemoTrial) -> None:
    found, at = stage.trial_of(trial.slug), trial.calendar
    if found.state is TrialState.DESIGNING:
        terms = CallTerms(
            places=trial.schools_wanted,
            opens_at=at["school_call"],
            closes_at=at["schools_close"],
            told_by=(at["told"] + timedelta(days=7)).date(),
            compensation_euro=1500,
            control_gets_nl="Na afloop dezelfde training en materialen, zonder kosten.",
            control_gets_en="The same training and materials afterwards, free of charge.",
        )
        open_school_call(
            stage.session,
            trial_id=found.id,
            terms=terms,
            actor=stage.actor("officer", at["school_call"]),
            now=at["school_call"],
        )
    _approach(stage, trial, found)


def _approach(stage: Stage, trial: DemoTrial, found: Trial) -> None:
    """Log one contact with every school that signs up."""
    now = trial.calendar["school_call"]
    cast_person(
        stage.session,
        email=address("recruiter"),
        name=PARTS["recruiter"].name_nl,
        roles=((Role.RECRUITER, found.scope),),
        organisation=PARTS["recruiter"].organisation,
        now=OPENING,
    )
    actor, sites = stage.actor("recruiter", now), site_ids(stage)
    known = set(
        stage.session.scalars(select(Approach.site_id).where(Approach.trial_id == found.id))
    )
    for school in trial.schools:
        if sites[school.code] not in known:
            log_approach(
                stage.session,
                trial_id=found.id,
                site_id=sites[school.code],
                channel=Channel.MAIL,
                answer=Answer.INTERESTED,
                actor=actor,
                now=now,
            )


def tell_call(stage: Stage, trial: DemoTrial) -> str:
    found = stage.trial_of(trial.slug)
    call = stage.session.scalars(select(SchoolCall).where(SchoolCall.trial_id == found.id)).one()
    approached = stage.session.scalar(
        select(func.count(Approach.id)).where(Approach.trial_id == found.id)
    )
    return f"call for {call.places} schools; {approached} sites approached, each answer logged"


def sign_up(stage: Stage, trial: DemoTrial) -> None:
    found, sites = stage.trial_of(trial.slug), site_ids(stage)
    held = {signup.site_id: signup for signup in signups_of(stage, found.id)}
    for school in trial.schools:
        _sign_up(stage, trial, found.id, sites[school.code], school, held)


def _sign_up(
    stage: Stage,
    trial: DemoTrial,
    trial_id: int,
    site_id: int,
    school: DemoSchool,
    held: dict[int, Signup],
) -> None:
    """Go on where this school's sign-up stands: interest, answers, send."""
    session, now = stage.session, trial.calendar["signed_up"]
    actor = stage.actor("coordinator", now)
    signup = held.get(site_id)
    if signup is None:
        call = session.scalars(select(SchoolCall).where(SchoolCall.trial_id == trial_id)).one()
        signup = register_interest(
            session,
            trial_id=trial_id,
            site_id=site_id,
            answers={question["key"]: question["must_be"] for question in call.questions},
            actor=actor,
            now=now,
        )
    if signup.state is not SignupState.INTERESTED:
        return
    actor = stage.actor("coordinator", now)  # with the role the interest just gave
    mine: dict[str, Any] = {"signup_id": signup.id, "actor": actor, "now": now}
    if not signup.groups:
        state_groups(session, groups=[GroupSize(GRADE, 1, len(school.pupils))], **mine)
    if not signup.tests:
        state_tests(session, tests="LVS van een erkende toetsaanbieder, M en E", **mine)
    if not signup.other_interventions:
        state_other_interventions(session, names=["Feedback"], **mine)
    if signup.both_arms_accepted_at is None:
        accept_both_groups(session, accepted=True, **mine)
    submit_signup(session, **mine)


def tell_signups(stage: Stage, trial: DemoTrial) -> str:
    signups = signups_of(stage, stage.trial_of(trial.slug).id)
    pupils = sum(group.pupils for signup in signups for group in signup.groups)
    return f"{len(signups)} schools with {pupils:,} pupils signed up; both groups are fine"


def sign_and_consent(stage: Stage, trial: DemoTrial) -> None:
    """Let the board sign and the council consent, school by school."""
    found = stage.trial_of(trial.slug)
    call = stage.session.scalars(select(SchoolCall).where(SchoolCall.trial_id == found.id)).one()
    signatory = stage.actor("signatory", trial.calendar["board_signed"])
    coordinator = stage.actor("coordinator", trial.calendar["council"])
    for signup in signups_of(stage, found.id):
        if signup.state is SignupState.SUBMITTED:
            sign_for_board(
                stage.session,
                signup_id=signup.id,
                shown=shown_sha256(agreement(call, signup)),
                actor=signatory,
                now=trial.calendar["board_signed"],
            )
        if council_decision(stage.session, signup) is None:
            _consent(stage, trial, signup, coordinator)
        if signup.parents_informed_on is None:
            note_parents_informed(
                stage.session,
                signup_id=signup.id,
                informed_on=trial.calendar["council"].date(),
                actor=coordinator,
                now=trial.calendar["council"],
            )


def _consent(stage: Stage, trial: DemoTrial, signup: Signup, coordinator: Actor) -> None:
    now = trial.calendar["council"]
    if not stage.actor("council", now).may(Permission.COUNCIL_DECIDE, *signup.scopes):
        name_council_contact(
            stage.session,
            signup_id=signup.id,
            contact=Contact(PARTS["council"].name_nl, address("council")),
            actor=coordinator,
            now=now,
        )
    record_council_decision(
        stage.session,
        signup_id=signup.id,
        answer=CouncilAnswer.CONSENTS,
        decided_on=now.date(),
        actor=stage.actor("council", now),
        now=now,
    )


def tell_complete(stage: Stage, trial: DemoTrial) -> str:
    signups = signups_of(stage, stage.trial_of(trial.slug).id)
    complete = sum(signup.state is SignupState.COMPLETE for signup in signups)
    return f"{complete} boards signed over the hash they were shown; {complete} councils consented"


def signups_of(stage: Stage, trial_id: int) -> list[Signup]:
    return list(
        stage.session.scalars(select(Signup).where(Signup.trial_id == trial_id).order_by(Signup.id))
    )


def site_ids(stage: Stage) -> dict[str, int]:
    """Return the ids of the invented schools by code."""
    rows = stage.session.execute(
        select(Site.code, Site.id).where(Site.kind == SiteKind.DEMONSTRATION)
    )
    return {row.code: row.id for row in rows}
