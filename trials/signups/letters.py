"""The words of the mails about sign-ups, in the reader's language."""

from sqlalchemy.orm import Session

from trials.mail import Letter, Links, OutboxRow, renders
from trials.people.models import Person
from trials.signups.models import Signup

PLACE_GIVEN = "place_given"
SIGNATURE_ASKED = "board_signature_asked"
COUNCIL_ASKED = "council_answer_asked"
HANDED_OVER = "signup_handed_over"


@renders(PLACE_GIVEN)
def place_given(session: Session, row: OutboxRow, links: Links) -> Letter:
    signup, english = _about(session, row)
    address = links.to(f"/signups/{signup.id}")
    if english:
        return Letter(
            f"A place has come free for {signup.school_name}",
            "Your school stood on the waiting list and now has a place. You keep it.\n"
            f"See what comes next:\n\n{address}\n",
        )
    return Letter(
        f"Er is een plaats vrij voor {signup.school_name}",
        "Uw school stond op de wachtlijst en heeft nu een plaats. U houdt die plaats.\n"
        f"Bekijk wat u nu kunt doen:\n\n{address}\n",
    )


@renders(SIGNATURE_ASKED)
def board_signature_asked(session: Session, row: OutboxRow, links: Links) -> Letter:
    signup, english = _about(session, row)
    address = links.to(f"/signups/{signup.id}/agreement")
    if english:
        return Letter(
            f"Your signature for {signup.school_name}",
            f'{signup.school_name} wants to take part in the trial "{signup.trial.title_en}".\n'
            f"The school needs the signature of its board. Read the agreement:\n\n{address}\n",
        )
    return Letter(
        f"Uw handtekening voor {signup.school_name}",
        f"{signup.school_name} wil meedoen aan het onderzoek “{signup.trial.title_nl}”.\n"
        f"Daarvoor is de handtekening van het bestuur nodig. Lees de overeenkomst:\n\n{address}\n",
    )


@renders(COUNCIL_ASKED)
def council_answer_asked(session: Session, row: OutboxRow, links: Links) -> Letter:
    signup, english = _about(session, row)
    address = links.to(f"/signups/{signup.id}/council")
    if english:
        return Letter(
            f"{signup.school_name} asks its participation council",
            f'{signup.school_name} wants to take part in the trial "{signup.trial.title_en}".\n'
            f"Read the memo and pass on what the council decides:\n\n{address}\n",
        )
    return Letter(
        f"{signup.school_name} vraagt de medezeggenschapsraad",
        f"{signup.school_name} wil meedoen aan het onderzoek “{signup.trial.title_nl}”.\n"
        f"Lees de notitie en geef door wat de raad besluit:\n\n{address}\n",
    )


@renders(HANDED_OVER)
def signup_handed_over(session: Session, row: OutboxRow, links: Links) -> Letter:
    signup, english = _about(session, row)
    address = links.to(f"/signups/{signup.id}")
    if english:
        return Letter(
            f"You now coordinate {signup.school_name}",
            f'You are the coordinator of {signup.school_name} in "{signup.trial.title_en}".\n'
            f"All earlier answers are there. See what to do now:\n\n{address}\n",
        )
    return Letter(
        f"U bent nu coördinator van {signup.school_name}",
        f"U coördineert voor {signup.school_name} het onderzoek “{signup.trial.title_nl}”.\n"
        f"Alle eerdere antwoorden staan er nog. Bekijk wat u nu kunt doen:\n\n{address}\n",
    )


def _about(session: Session, row: OutboxRow) -> tuple[Signup, bool]:
    reader = session.get_one(Person, row.person_id)
    return session.get_one(Signup, row.subject_id), reader.language == "en"
