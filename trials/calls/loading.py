"""Finding the rows a service is about to change, and locking them."""

from sqlalchemy.orm import Session

from trials.calls.models import Application, Call, Question, Trial
from trials.errors import NotFound


def call_for_update(session: Session, call_id: int) -> Call:
    call = session.get(Call, call_id, with_for_update=True, populate_existing=True)
    if call is None:
        raise NotFound("there is no such call")
    return call


def application_for_update(session: Session, application_id: int) -> Application:
    application = session.get(
        Application, application_id, with_for_update=True, populate_existing=True
    )
    if application is None:
        raise NotFound("there is no such application")
    return application


def question_for_update(session: Session, question_id: int) -> Question:
    question = session.get(Question, question_id, with_for_update=True, populate_existing=True)
    if question is None:
        raise NotFound("there is no such question")
    return question


def trial_for_update(session: Session, trial_id: int) -> Trial:
    """Return the trial, locked; raises ``NotFound``."""
    trial = session.get(Trial, trial_id, with_for_update=True, populate_existing=True)
    if trial is None:
        raise NotFound("there is no such trial")
    return trial
