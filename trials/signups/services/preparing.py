"""What a school tells before it sends its sign-up: one answer per page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import BadInput, NotReady
from trials.permissions import Actor, Permission, require
from trials.signups.models import SchoolCall, Signup, SignupGroup
from trials.signups.rows import call_for_update, signup_for_update
from trials.signups.states import SignupState

MOST_PUPILS_IN_A_CLASS = 60  # beyond it, somebody swapped two fields


@dataclass(frozen=True, slots=True)
class GroupSize:
    """Classes and pupils of one grade that take part."""

    grade: str
    classes: int
    pupils: int


def state_groups(
    session: Session,
    *,
    signup_id: int,
    groups: Sequence[GroupSize],
    actor: Actor,
    now: datetime,
) -> Signup:
    """State which grades take part; what was stated before is replaced."""
    with transaction(session):
        signup = _unsent(session, signup_id, actor)
        _check_groups(call_for_update(session, signup.trial_id), groups)
        for group in list(signup.groups):
            session.delete(group)
        session.flush()
        session.add_all(
            SignupGroup(signup_id=signup.id, grade=g.grade, classes=g.classes, pupils=g.pupils)
            for g in groups
        )
        _note(session, "groups_stated", signup, actor, now)
    return signup


def state_tests(
    session: Session, *, signup_id: int, tests: str, actor: Actor, now: datetime
) -> Signup:
    """State which pupil tracking system and tests the school uses, and when."""
    with transaction(session):
        signup = _unsent(session, signup_id, actor)
        if not tests.strip():
            raise BadInput("say which tests your school uses, or choose none", field="tests")
        signup.tests = tests.strip()[:200]
        _note(session, "tests_stated", signup, actor, now)
    return signup


def state_other_interventions(
    session: Session, *, signup_id: int, names: Sequence[str], actor: Actor, now: datetime
) -> Signup:
    """State what else the school is doing; an empty list says: nothing."""
    with transaction(session):
        signup = _unsent(session, signup_id, actor)
        signup.other_interventions = [name.strip() for name in names if name.strip()]
        _note(session, "interventions_stated", signup, actor, now)
    return signup


def accept_both_groups(
    session: Session, *, signup_id: int, accepted: bool, actor: Actor, now: datetime
) -> Signup:
    """Say openly that either outcome of the draw is fine."""
    with transaction(session):
        signup = _unsent(session, signup_id, actor)
        if not accepted:
            raise BadInput(
                "a school can only take part when both groups are fine; "
                "talk it over and come back, your answers are kept",
                field="accepted",
            )
        signup.both_arms_accepted_at = now
        _note(session, "both_groups_accepted", signup, actor, now)
    return signup


def _unsent(session: Session, signup_id: int, actor: Actor) -> Signup:
    signup = signup_for_update(session, signup_id, actor)
    require(actor, Permission.SIGNUP_EDIT, *signup.scopes)
    if signup.state is not SignupState.INTERESTED:
        raise NotReady("this sign-up has been sent; its answers are fixed")
    return signup


def _check_groups(call: SchoolCall, groups: Sequence[GroupSize]) -> None:
    if not groups:
        raise BadInput("fill in at least one group", field="groups")
    problems = []
    for number, group in enumerate(groups):
        if group.grade not in call.grades:
            problems.append(
                BadInput(
                    "{grade} does not take part in this trial",
                    grade=group.grade,
                    field=f"groups.{number}.grade",
                )
            )
        if group.classes < 1 or group.pupils < 1:
            problems.append(
                BadInput(
                    "{grade}: fill in how many classes and how many pupils take part",
                    grade=group.grade,
                    field=f"groups.{number}.pupils",
                )
            )
        elif not group.classes <= group.pupils <= group.classes * MOST_PUPILS_IN_A_CLASS:
            problems.append(
                BadInput(
                    "{grade}: classes {classes} and pupils {pupils} do not fit together; "
                    "check both numbers",
                    grade=group.grade,
                    pupils=group.pupils,
                    classes=group.classes,
                    field=f"groups.{number}.pupils",
                )
            )
    if len({group.grade for group in groups}) < len(groups):
        problems.append(BadInput("a grade is listed twice", field="groups"))
    if problems:
        raise BadInput("the groups need mending", tuple(problems))


def _note(session: Session, event: str, signup: Signup, actor: Actor, now: datetime) -> None:
    record(session, event, f"signup:{signup.id}", by=actor.person_id, at=now)
