"""The mail that tells a school its group: equally warm for every arm, the next step first."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.draws.models import DrawUnit
from trials.mail import Letter, Links, OutboxRow, renders
from trials.people.models import Person
from trials.signups.models import SchoolCall, Signup

DRAW_RESULT = "draw_result"


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language. Only the next step and what follows differ by arm."""

    subject: str
    greeting: str
    step_usual: str
    step_new: str
    step_mixed: str
    outcome: str
    outcome_mixed: str
    thanks: str
    follows_usual: str
    follows_new: str
    check: str


WORDINGS: Mapping[str, Wording] = {
    "nl": Wording(
        subject="De uitslag van de loting: {school}",
        greeting="Beste {name},",
        step_usual="Uw volgende stap: geef vanaf {start} les zoals u gewend bent, en zet de "
        "natoets alvast in uw agenda.",
        step_new="Uw volgende stap: kies met uw team wie er vanaf {start} begint, en zet de "
        "natoets alvast in uw agenda.",
        step_mixed="Uw volgende stap: bekijk hieronder wie in welke groep zit, en zet de start op "
        "{start} en de natoets alvast in uw agenda.",
        outcome="De loting voor {trial} is klaar. {school} doet mee met: {title}.",
        outcome_mixed="De loting voor {trial} is klaar. {school} heeft meer dan één groep.",
        thanks="Iedere groep is even belangrijk: alleen met uw school erbij zien we wat werkt. "
        "Dank u wel dat u meedoet.",
        follows_usual="Binnen een week hoort u van de onderzoekers hoe het verder gaat.",
        follows_new="Binnen een week hoort u van de aanbieder hoe u begint.",
        check="Niemand koos deze uitkomst. Op uw pagina kunt u de loting zelf narekenen:",
    ),
    "en": Wording(
        subject="The outcome of the draw: {school}",
        greeting="Dear {name},",
        step_usual="Your next step: teach as you are used to from {start} on, and put the "
        "post-test in your calendar now.",
        step_new="Your next step: choose with your team who begins from {start} on, and put the "
        "post-test in your calendar now.",
        step_mixed="Your next step: see below who is in which group, and put the start on {start} "
        "and the post-test in your calendar now.",
        outcome="The draw for {trial} is done. {school} takes part with: {title}.",
        outcome_mixed="The draw for {trial} is done. {school} has more than one group.",
        thanks="Every group matters as much as the other: only with your school in it can we see "
        "what works. Thank you for taking part.",
        follows_usual="Within a week you hear from the researchers how it goes on.",
        follows_new="Within a week you hear from the provider how to begin.",
        check="Nobody chose this outcome. On your page you can check the draw yourself:",
    ),
}


@renders(DRAW_RESULT)
def draw_result(session: Session, row: OutboxRow, links: Links) -> Letter:
    """Write to the coordinator of a sign-up; ``row.subject_id`` is the sign-up."""
    signup = session.get_one(Signup, row.subject_id)
    reader = session.get_one(Person, row.person_id)
    protocol = locked_protocol(session, signup.trial_id)
    language = reader.language if reader.language in WORDINGS else "nl"
    words, arms = WORDINGS[language], _arms(session, signup)
    usual = arms == {protocol.control}
    filled = {
        "name": reader.name,
        "school": signup.school_name,
        "trial": signup.trial.title_en if language == "en" else signup.trial.title_nl,
        "start": f"{protocol.delivery_from:%d-%m-%Y}",
        "title": _title(protocol, arms, language),
    }
    step = words.step_usual if usual else words.step_new
    paragraphs = [
        words.greeting,
        words.step_mixed if len(arms) > 1 else step,
        words.outcome_mixed if len(arms) > 1 else words.outcome,
        words.thanks,
        words.follows_usual if usual else words.follows_new,
    ]
    text = [paragraph.format(**filled) for paragraph in paragraphs]
    text += [_control_gets(session, signup, language)] if usual else []
    text += [words.check, links.to(f"/schools/{signup.id}/draw")]
    return Letter(words.subject.format(**filled), "\n\n".join(filter(None, text)) + "\n")


def _arms(session: Session, signup: Signup) -> set[str | None]:
    return set(
        session.scalars(
            select(DrawUnit.arm).where(DrawUnit.signup_id == signup.id, DrawUnit.arm.is_not(None))
        )
    )


def _title(protocol: Protocol, arms: set[str | None], language: str) -> str:
    arm = next(arm for arm in protocol.arms if arm.label in arms)
    return arm.title_en if language == "en" else arm.title_nl


def _control_gets(session: Session, signup: Signup, language: str) -> str:
    call = session.scalar(select(SchoolCall).where(SchoolCall.trial_id == signup.trial_id))
    if call is None:
        return ""
    return call.control_gets_en if language == "en" else call.control_gets_nl
