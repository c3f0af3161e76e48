"""What a stopped trial means for a school: one mail for each who spoke for it."""

from datetime import datetime

from babel.dates import format_date
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.calls.announcing import announces_a_stop
from trials.calls.models import Trial
from trials.mail import Letter, Links, OutboxRow, post, renders
from trials.people.models import Person
from trials.permissions import Role
from trials.signups.contacts import holders_of
from trials.signups.models import Signup
from trials.signups.states import SignupState

SCHOOL_STOPPED = "school_trial_stopped"
SPEAK_FOR_A_SCHOOL = (Role.SCHOOL_COORDINATOR, Role.BOARD_SIGNATORY, Role.COUNCIL)
DAY = "d MMMM y"
FOR_THE_COORDINATOR_NL = (
    "Stuur geen lijsten of toetsen meer. Wilt u het uw collega’s en de ouders vertellen?\n"
)
FOR_THE_COORDINATOR_EN = (
    "Please send no more lists or tests, and tell your colleagues and the parents.\n"
)
NOT_IN_IT = (SignupState.INELIGIBLE, SignupState.WITHDRAWN)


@announces_a_stop
def tell_schools(session: Session, trial: Trial, now: datetime) -> None:
    """Mail coordinator, board and council of every school that is in the trial, or was drawn.

    Who speaks for several schools gets a mail for each.
    """
    signups = session.scalars(
        select(Signup)
        .where(
            Signup.trial_id == trial.id,
            or_(Signup.state.not_in(NOT_IN_IT), Signup.drawn_at.is_not(None)),
        )
        .order_by(Signup.id)
    )
    for signup in signups:
        told = [p for role in SPEAK_FOR_A_SCHOOL for p in holders_of(session, signup, role, now)]
        for person in dict.fromkeys(told):
            post(session, SCHOOL_STOPPED, person, now, subject_id=signup.id)


@renders(SCHOOL_STOPPED)
def school_trial_stopped(session: Session, row: OutboxRow, links: Links) -> Letter:
    """The same words for both arms, and none that tells an arm."""
    signup = session.get_one(Signup, row.subject_id)
    reader = session.get_one(Person, row.person_id)
    until = locked_protocol(session, signup.trial_id).retention_until
    coordinates = reader.id == signup.coordinator_id
    address = links.to(f"/trials/{signup.trial.slug}")
    if reader.language == "en":
        return Letter(
            f"The trial “{signup.trial.title_en}” has been stopped",
            f"{signup.school_name} need not do anything more for this trial.\n"
            + (FOR_THE_COORDINATOR_EN if coordinates else "")
            + f"What is kept of pupils is erased after {format_date(until, DAY, 'en')} at the\n"
            "latest. Until then parents can still object.\n"
            f"Read why the trial was stopped:\n\n{address}\n",
        )
    return Letter(
        f"Het onderzoek “{signup.trial.title_nl}” is gestopt",
        f"{signup.school_name} hoeft voor dit onderzoek niets meer te doen.\n"
        + (FOR_THE_COORDINATOR_NL if coordinates else "")
        + f"Wat van leerlingen is bewaard, wordt uiterlijk na {format_date(until, DAY, 'nl')}\n"
        "gewist. Tot die dag kunnen ouders nog bezwaar maken.\n"
        f"Lees waarom het onderzoek is gestopt:\n\n{address}\n",
    )
