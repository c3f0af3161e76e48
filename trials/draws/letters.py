"""The mail that tells a school its group: two equally warm texts, the next step first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.draws.models import Draw, DrawUnit
from trials.draws.states import DrawState
from trials.mail import Letter, Links, OutboxRow, renders
from trials.people.models import Person
from trials.signups.models import SchoolCall, Signup

DRAW_RESULT = "draw_result"


@renders(DRAW_RESULT)
def draw_result(session: Session, row: OutboxRow, links: Links) -> Letter:
    """Write to the coordinator of a sign-up; ``row.subject_id`` is the sign-up."""
    signup = session.get_one(Signup, row.subject_id)
    reader = session.get_one(Person, row.person_id)
    protocol = locked_protocol(session, signup.trial_id)
    arms = set(
        session.scalars(
            select(DrawUnit.arm)
            .join(Draw)
            .where(DrawUnit.signup_id == signup.id, Draw.state == DrawState.DRAWN)
        )
    )
    address = links.to(f"/schools/{signup.id}/draw")
    if reader.language == "en":
        return _in_english(session, signup, reader, protocol, arms, address)
    return _in_dutch(session, signup, reader, protocol, arms, address)


def _in_dutch(
    session: Session,
    signup: Signup,
    reader: Person,
    protocol: Protocol,
    arms: set[str | None],
    address: str,
) -> Letter:
    opening = f"Beste {reader.name},\n\n"
    start = f"{protocol.delivery_from:%d-%m-%Y}"
    if len(arms) > 1:
        body = (
            "Uw volgende stap: bekijk op de pagina hieronder wie in welke groep zit.\n\n"
            f"De loting voor {signup.trial.title_nl} is klaar. Op {signup.school_name} zijn er "
            "twee of meer groepen. Iedere groep is even belangrijk: alleen samen laten zij zien "
            "wat werkt. Dank u wel dat u meedoet.\n\n"
        )
    elif arms == {protocol.control}:
        body = (
            "Uw volgende stap: geef lesgeven zoals u gewend bent een vast jaar, en zet de "
            "natoets alvast in uw agenda.\n\n"
            f"De loting voor {signup.trial.title_nl} is klaar. {signup.school_name} werkt dit "
            "jaar zoals u gewend bent. Uw groep is even belangrijk als de andere: alleen met uw "
            "school erbij zien we wat werkt. Dank u wel dat u meedoet.\n\n"
            f"{_control_gets(session, signup, 'nl')}"
        )
    else:
        title = _title(protocol, arms, "nl")
        body = (
            "Uw volgende stap: kies met uw team wie er begint, en zet de start "
            f"({start}) en de natoets alvast in uw agenda.\n\n"
            f"De loting voor {signup.trial.title_nl} is klaar. {signup.school_name} gaat aan de "
            f"slag met: {title}. Uw groep is even belangrijk als de andere: alleen met uw "
            "school erbij zien we wat werkt. Dank u wel dat u meedoet.\n\n"
            "U hoort binnen een week van de begeleiders hoe u begint.\n\n"
        )
    closing = (
        "Niemand koos deze uitkomst. Op deze pagina kunt u de loting van uw school zelf "
        f"narekenen en vindt u wie u kunt bellen:\n\n{address}\n"
    )
    return Letter(f"De uitslag van de loting: {signup.school_name}", opening + body + closing)


def _in_english(
    session: Session,
    signup: Signup,
    reader: Person,
    protocol: Protocol,
    arms: set[str | None],
    address: str,
) -> Letter:
    opening = f"Dear {reader.name},\n\n"
    start = f"{protocol.delivery_from.day} {protocol.delivery_from:%B %Y}"
    if len(arms) > 1:
        body = (
            "Your next step: see on the page below who is in which group.\n\n"
            f"The draw for {signup.trial.title_en} is done. {signup.school_name} has two or more "
            "groups. Each group matters as much as the other: only together do they show what "
            "works. Thank you for taking part.\n\n"
        )
    elif arms == {protocol.control}:
        body = (
            "Your next step: keep teaching as you are used to this year, and put the post-test "
            "in your calendar now.\n\n"
            f"The draw for {signup.trial.title_en} is done. {signup.school_name} works as it is "
            "used to this year. Your group matters as much as the other: only with your school "
            "can we see what works. Thank you for taking part.\n\n"
            f"{_control_gets(session, signup, 'en')}"
        )
    else:
        title = _title(protocol, arms, "en")
        body = (
            "Your next step: choose with your team who begins, and put the start "
            f"({start}) and the post-test in your calendar now.\n\n"
            f"The draw for {signup.trial.title_en} is done. {signup.school_name} sets to work "
            f"with: {title}. Your group matters as much as the other: only with your school "
            "can we see what works. Thank you for taking part.\n\n"
            "Within a week the trainers will tell you how to begin.\n\n"
        )
    closing = (
        "Nobody chose this outcome. On this page you can check the draw of your school yourself, "
        f"and find whom to call:\n\n{address}\n"
    )
    return Letter(f"The outcome of the draw: {signup.school_name}", opening + body + closing)


def _title(protocol: Protocol, arms: set[str | None], language: str) -> str:
    arm = next(arm for arm in protocol.arms if arm.label in arms)
    return arm.title_en if language == "en" else arm.title_nl


def _control_gets(session: Session, signup: Signup, language: str) -> str:
    call = session.scalar(select(SchoolCall).where(SchoolCall.trial_id == signup.trial_id))
    if call is None:
        return ""
    return f"{call.control_gets_en if language == 'en' else call.control_gets_nl}\n\n"
