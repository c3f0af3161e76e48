"""The words of the mails about calls and trials, in the reader's language."""

from sqlalchemy.orm import Session

from trials.calls.models import Application, Trial
from trials.mail import Letter, Links, OutboxRow, renders
from trials.people.models import Person

APPLICATION_DECIDED = "application_decided"
CALL_WITHDRAWN = "call_withdrawn"
REBUTTAL_OPENED = "rebuttal_opened"
EVALUATOR_APPOINTED = "evaluator_appointed"
TRIAL_STOPPED = "trial_stopped"


@renders(APPLICATION_DECIDED)
def application_decided(session: Session, row: OutboxRow, links: Links) -> Letter:
    application = session.get_one(Application, row.subject_id)
    address = links.to(f"/applications/{application.id}")
    if session.get_one(Person, row.person_id).language == "en":
        return Letter(
            "There is a decision on your application",
            f"The council has decided on “{application.current.title}”.\n"
            f"Read the decision and its reasons:\n\n{address}\n\n"
            "You can object within six weeks; the decision says how.\n",
        )
    return Letter(
        "Er is een besluit over uw aanvraag",
        f"Er is een besluit over “{application.current.title}”.\n"
        f"Lees het besluit en de redenen:\n\n{address}\n\n"
        "U kunt binnen zes weken bezwaar maken. In het besluit staat hoe.\n",
    )


@renders(CALL_WITHDRAWN)
def call_withdrawn(session: Session, row: OutboxRow, links: Links) -> Letter:
    call = session.get_one(Application, row.subject_id).call
    address = links.to(f"/calls/{call.id}")
    if session.get_one(Person, row.person_id).language == "en":
        return Letter(
            f"The call “{call.title_en}” was withdrawn",
            f"Your application will not be assessed. Read why:\n\n{address}\n",
        )
    return Letter(
        f"De oproep “{call.title_nl}” is ingetrokken",
        f"Uw aanvraag wordt niet beoordeeld. Lees waarom:\n\n{address}\n",
    )


@renders(REBUTTAL_OPENED)
def rebuttal_opened(session: Session, row: OutboxRow, links: Links) -> Letter:
    application = session.get_one(Application, row.subject_id)
    address = links.to(f"/applications/{application.id}")
    if session.get_one(Person, row.person_id).language == "en":
        return Letter(
            "You can answer the assessors",
            f"Read what they say of “{application.current.title}”, and answer once:\n\n{address}\n",
        )
    return Letter(
        "U kunt reageren op de beoordelaars",
        f"Lees wat zij zeggen over “{application.current.title}” en reageer één keer:"
        f"\n\n{address}\n",
    )


@renders(EVALUATOR_APPOINTED)
def evaluator_appointed(session: Session, row: OutboxRow, links: Links) -> Letter:
    trial = session.get_one(Trial, row.subject_id)
    address = links.to(f"/trials/{trial.slug}")
    if session.get_one(Person, row.person_id).language == "en":
        return Letter(
            f"You have a role in the trial “{trial.title_en}”",
            f"Its evaluator has been appointed. The protocol is the first step:\n\n{address}\n",
        )
    return Letter(
        f"U hebt een rol in het onderzoek “{trial.title_nl}”",
        f"De evaluator is benoemd. Het protocol is de eerste stap:\n\n{address}\n",
    )


@renders(TRIAL_STOPPED)
def trial_stopped(session: Session, row: OutboxRow, links: Links) -> Letter:
    trial = session.get_one(Trial, row.subject_id)
    address = links.to(f"/trials/{trial.slug}")
    if session.get_one(Person, row.person_id).language == "en":
        return Letter(
            f"The trial “{trial.title_en}” has been stopped",
            f"Read why, and what it means for you:\n\n{address}\n",
        )
    return Letter(
        f"Het onderzoek “{trial.title_nl}” is gestopt",
        f"Lees waarom, en wat dat voor u betekent:\n\n{address}\n",
    )
