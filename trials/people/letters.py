"""The words of the mails about people and proposals, in the reader's language."""

from sqlalchemy.orm import Session

from trials.mail import Letter, Links, OutboxRow, renders
from trials.people.models import Person, Proposal

PROPOSAL_WAITING = "proposal_waiting"
PROPOSAL_DECIDED = "proposal_decided"
DECIDED_NL = {"approved": "goedgekeurd", "rejected": "afgewezen"}


@renders(PROPOSAL_WAITING)
def proposal_waiting(session: Session, row: OutboxRow, links: Links) -> Letter:
    reader = session.get_one(Person, row.person_id)
    address = links.to(f"/proposals/{row.subject_id}")
    if reader.language == "en":
        return Letter(
            "A proposal waits for you",
            "Someone proposed an act that takes two persons. You can be the second.\n"
            f"Read what is proposed and decide within 72 hours:\n\n{address}\n",
        )
    return Letter(
        "Een voorstel wacht op u",
        "Iemand stelde een handeling voor waarvoor twee personen nodig zijn. "
        "U kunt de tweede zijn.\n"
        f"Lees wat er wordt voorgesteld en beslis binnen 72 uur:\n\n{address}\n",
    )


@renders(PROPOSAL_DECIDED)
def proposal_decided(session: Session, row: OutboxRow, links: Links) -> Letter:
    reader = session.get_one(Person, row.person_id)
    proposal = session.get_one(Proposal, row.subject_id)
    address = links.to(f"/proposals/{proposal.id}")
    if reader.language == "en":
        return Letter(
            "Your proposal has been decided",
            f"Your proposal was {proposal.state}. You can read it here:\n\n{address}\n",
        )
    return Letter(
        "Over uw voorstel is beslist",
        f"Uw voorstel is {DECIDED_NL[proposal.state]}. U leest het hier:\n\n{address}\n",
    )
