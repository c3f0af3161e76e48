"""What a desk calls the thing an act is about, in Dutch and English."""

from sqlalchemy.orm import Session

from trials.calls.models import Application, Call, Trial

Titles = tuple[str, str]


def trial_titles(session: Session, trial_id: int) -> Titles:
    trial = session.get_one(Trial, trial_id)
    return trial.title_nl, trial.title_en


def call_titles(session: Session, call_id: int) -> Titles:
    call = session.get_one(Call, call_id)
    return call.title_nl, call.title_en


def application_titles(session: Session, application_id: int) -> Titles:
    """An application is known by its call: its own title is in one language only."""
    return call_titles(session, session.get_one(Application, application_id).call_id)
