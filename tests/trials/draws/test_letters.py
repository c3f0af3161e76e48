"""The mail after the draw: the right arm, and as warm for one as for the other."""

import pytest
from sqlalchemy import select

from tests.trials.draws import ceremony as act
from tests.trials.draws.world import recruited
from trials.draws.queries import arms_of_trial
from trials.mail import Links, OutboxRow, letter_for
from trials.people.models import Person

TITLES = {
    "nl": {"controle": "Werken zoals u gewend bent", "samen-lezen": "Samen lezen in tweetallen"},
    "en": {"controle": "Working as you are used to", "samen-lezen": "Reading together in pairs"},
}


@pytest.fixture(params=["nl", "en"])
def letters(session, request):
    """The mails of a told draw, by arm, in one language."""
    world = recruited(session, schools=6)
    for person in session.scalars(select(Person)):
        person.language = request.param
    session.commit()
    act.told(world)
    arms = {a.signup_id: a.arm for a in arms_of_trial(session, world.trial_id)}
    found = {}
    for row in session.scalars(select(OutboxRow).where(OutboxRow.kind == "draw_result")):
        letter = letter_for(session, row, Links("https://loting.example", "key"))
        found.setdefault(arms[row.subject_id], []).append((row.subject_id, letter))
    return request.param, found


def test_every_school_reads_its_own_arm_and_no_other(letters):
    language, by_arm = letters

    for arm, sent in by_arm.items():
        (other,) = TITLES[language].keys() - {arm}
        for signup_id, letter in sent:
            assert f": {TITLES[language][arm]}." in letter.body
            assert f": {TITLES[language][other]}." not in letter.body
            assert f"https://loting.example/schools/{signup_id}/draw" in letter.body


def test_the_texts_are_equally_warm(letters):
    """As many paragraphs, the same thanks, the next step first, about the same length."""
    _language, by_arm = letters
    usual, new = (by_arm[arm][0][1].body for arm in ("controle", "samen-lezen"))
    paragraphs = [body.strip().split("\n\n") for body in (usual, new)]

    assert len(paragraphs[0]) == len(paragraphs[1])
    assert paragraphs[0][3] == paragraphs[1][3]  # why every group matters, and thanks
    assert all(text[1].startswith(("Uw volgende stap", "Your next step")) for text in paragraphs)
    assert abs(len(usual.split()) - len(new.split())) <= 5


def test_the_subject_gives_nothing_away(letters):
    _language, by_arm = letters

    subjects = {letter.subject for sent in by_arm.values() for _id, letter in sent}

    assert len({subject.rsplit(":", 1)[0] for subject in subjects}) == 1
