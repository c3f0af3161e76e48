"""The words of the mails about protocols and analysis plans, in the reader's language."""

from sqlalchemy.orm import Session

from trials.agreements.models import Document, DocumentKind
from trials.mail import Letter, Links, OutboxRow, renders
from trials.people.models import Person

DOCUMENT_WAITS = "document_waits"
DOCUMENT_LOCKED = "document_locked"
NAMES = {
    DocumentKind.PROTOCOL: ("het protocol", "the protocol"),
    DocumentKind.ANALYSIS_PLAN: ("het analyseplan", "the analysis plan"),
}


@renders(DOCUMENT_WAITS)
def document_waits(session: Session, row: OutboxRow, links: Links) -> Letter:
    document, (nl, en), address = _parts(session, row, links)
    if session.get_one(Person, row.person_id).language == "en":
        return Letter(
            f"Please read {en} of “{document.trial.title_en}”",
            f"Version {document.version} of {en} waits for you. Read it here:\n\n{address}\n",
        )
    return Letter(
        f"Wilt u {nl} van “{document.trial.title_nl}” lezen?",
        f"Versie {document.version} van {nl} wacht op u. U leest het hier:\n\n{address}\n",
    )


@renders(DOCUMENT_LOCKED)
def document_locked(session: Session, row: OutboxRow, links: Links) -> Letter:
    document, (nl, en), address = _parts(session, row, links)
    if session.get_one(Person, row.person_id).language == "en":
        return Letter(
            f"Signed by all: {en} of “{document.trial.title_en}”",
            f"All three parties have signed version {document.version}; it is locked.\n\n"
            f"{address}\n",
        )
    return Letter(
        f"Getekend door iedereen: {nl} van “{document.trial.title_nl}”",
        f"Alle drie de partijen hebben versie {document.version} getekend. "
        f"Deze versie ligt nu vast.\n\n{address}\n",
    )


def _parts(session: Session, row: OutboxRow, links: Links) -> tuple[Document, tuple[str, str], str]:
    document = session.get_one(Document, row.subject_id)
    return document, NAMES[document.kind], links.to(f"/documents/{document.id}")
