"""Every mail of calls and trials leads to its page, in the reader's language."""

import re

import pytest
from sqlalchemy import select

from tests.trials.calls.cast import AFTER
from tests.trials.calls.test_decisions import WISH
from trials.calls.letters import (
    APPLICATION_DECIDED,
    CALL_WITHDRAWN,
    EVALUATOR_APPOINTED,
    REBUTTAL_OPENED,
    TRIAL_STOPPED,
)
from trials.calls.models import Trial
from trials.database import transaction
from trials.mail import Links, letter_for, post
from trials.people.models import Person

LINKS = Links("https://voorbeeld.example", "a secret for the tests only")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (APPLICATION_DECIDED, "/applications/{application}"),
        (CALL_WITHDRAWN, "/calls/{call}"),
        (REBUTTAL_OPENED, "/applications/{application}"),
        (EVALUATOR_APPOINTED, "/trials/samen-lezen"),
        (TRIAL_STOPPED, "/trials/samen-lezen"),
    ],
)
def test_a_mail_leads_to_its_page(session, programme, kind, path, language):
    call = programme.published_call()
    application = programme.application(call)
    programme.scored(application, 7, 6)
    programme.approve(programme.propose("award", application.id, WISH))
    trial = session.scalar(select(Trial))
    subject = application.id if "{application}" in path or "{call}" in path else trial.id
    with transaction(session):
        reader = session.get_one(Person, programme.applicants[0])
        reader.language = language
        row = post(session, kind, reader, AFTER, subject_id=subject)

    letter = letter_for(session, row, LINKS)

    assert LINKS.to(path.format(application=application.id, call=call.id)) + "\n" in letter.body
    assert bool(re.search(r"\b[Uu]w?\b", f"{letter.subject} {letter.body}")) is (language == "nl")
