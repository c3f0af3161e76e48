"""Work in the background: neither what DBOS keeps nor a mail gives an arm away."""

from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy.orm import Session

from tests.concealment.background import kept_by_jobs, run_jobs, tables_of_jobs
from tests.concealment.conftest import KEEPS
from tests.concealment.walking import normalised
from trials.people.models import Person


@pytest.fixture(scope="session")
def worked(two_worlds, tmp_path_factory):
    """The two worlds after their mails went out, and where these are."""
    folders = [tmp_path_factory.mktemp("mails") for _ in two_worlds]
    for place, var in zip(two_worlds, folders, strict=True):
        run_jobs(place, var)
    return folders


def test_what_dbos_keeps_does_not_depend_on_the_allocation(two_worlds, worked):
    one, other = (kept_by_jobs(tables_of_jobs(place)) for place in two_worlds)

    assert {name for name in one if one[name] != other[name]} == set()
    assert len(one["workflow_status"]) > 5
    assert len(one["operation_outputs"]) > 10


def test_dbos_knows_no_word_of_the_draw(two_worlds, worked):
    """Ids alone: not the arms, not a pseudonym, not a school, not an address."""
    place = two_worlds[0]
    units = place.world.trial.slug, "controle", "Voorbeeldschool", "@voorbeeld", "L001"

    kept = b"\n".join(row for rows in kept_by_jobs(tables_of_jobs(place)).values() for row in rows)

    assert b"mail:1" in kept
    assert not [word for word in units if word.encode() in kept]


def mails_to(place, folder, name):
    """Return subject and body of each mail that went out to a person."""
    with Session(place.engine) as session:
        address = session.get_one(Person, place.world.people[name]).email
    mails = [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return [
        (mail["Subject"], normalised(mail.get_content().encode()))
        for mail in mails
        if address in mail["To"]
    ]


def test_mails_as_they_went_out_tell_a_school_its_own_arm_and_no_other(two_worlds, worked):
    names = [sorted(path.name for path in folder.rglob("*")) for folder in worked]

    def told(name):
        pairs = zip(two_worlds, worked, strict=True)
        return [mails_to(place, folder, name) for place, folder in pairs]

    assert names[0] == names[1]
    kept, changed = told(f"coordinator {KEEPS}"), told("coordinator 0")
    assert kept[0] == kept[1] != []
    assert changed[0] != changed[1]
    for name in ("recruiter", "tester", "analyst", "director", "officer", "manager", "provider"):
        assert told(name)[0] == told(name)[1]
