"""The page of a proposal: what is shown, who may decide, and deciding with a browser."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from tests.trials.people.cast import FOUND, RENAME
from trials.database import transaction
from trials.people.actors import actor_for
from trials.people.acts import registered_acts
from trials.people.enrolment import enrol, give_role
from trials.people.models import (
    Deployment,
    Organisation,
    OrganisationKind,
    Proposal,
    ProposalState,
    SignInMethod,
)
from trials.people.proposals import propose
from trials.people.totp import set_up_secret
from trials.permissions import PROGRAMME, Role
from web.app import create_app
from web.people.acts import ACTS
from web.settings import Settings

TESTS_OWN = {FOUND.name, RENAME.name, "look_at_a_proposal"}
SECRET = "a-secret-of-the-tests-of-more-than-32-characters"


def add(session, name: str, *roles: Role):
    now = datetime.now(UTC) - timedelta(minutes=1)
    with transaction(session):
        person = enrol(session, email=f"{name.lower()}@nko.nl", name=name, now=now)
        for role in roles:
            give_role(session, person, role, PROGRAMME, by=None, now=now)
        person.totp_nonce, person.totp_since = "nonce", now
    assert person.method is SignInMethod.PASSWORD
    return person


@pytest.fixture
def stage(session):
    """An officer who proposed to rename an organisation, and a director."""

    class Stage:
        officer = add(session, "Olga", Role.NRO_OFFICER)
        director = add(session, "Dirk", Role.NRO_DIRECTOR)

    with transaction(session):
        organisation = Organisation(kind=OrganisationKind.OTHER, name="Oud")
        session.add(organisation)
        session.flush()
    Stage.organisation = organisation.id
    Stage.proposal = propose(
        session,
        act=RENAME.name,
        subject_id=organisation.id,
        wish={"name": "Nieuw"},
        actor=actor_for(session, Stage.officer.id, datetime.now(UTC)),
        now=datetime.now(UTC),
    ).id
    return Stage


def approve(client, proposal: int, page: str, **data: str):
    shown = re.search(r'name="shown_sha256"[^>]* value="([0-9a-f]{64})"', page).group(1)
    return client.post(f"/proposals/{proposal}/approve", data={"shown_sha256": shown} | data)


def test_both_read_what_is_proposed_and_its_fingerprint(client, session, stage):
    for person in (stage.officer, stage.director):
        client.act_as(person)
        page = client.get(f"/proposals/{stage.proposal}").text
        sha = session.get(Proposal, stage.proposal).shown_sha256
        assert "Oud" in page
        assert "Nieuw" in page
        assert sha in page.replace(" ", "")
        assert "Olga" in page


def test_only_the_second_person_gets_the_button(client, stage):
    client.act_as(stage.officer)
    page = client.get(f"/proposals/{stage.proposal}").text
    assert "Goedkeuren" not in page
    assert "Dirk" in page
    client.act_as(stage.director)
    assert "Goedkeuren" in client.get(f"/proposals/{stage.proposal}").text


def test_approving_takes_a_right_code(client, session, stage):
    client.act_as(stage.director)
    page = client.get(f"/proposals/{stage.proposal}").text

    answer = approve(client, stage.proposal, page, proof="000000")
    assert answer.status_code == 422
    assert session.get(Organisation, stage.organisation).name == "Oud"

    code = pyotp.TOTP(set_up_secret(stage.director, SECRET)).now()
    assert approve(client, stage.proposal, page, proof=code).status_code == 303
    session.expire_all()
    assert session.get(Organisation, stage.organisation).name == "Nieuw"


def test_what_changed_since_it_was_read_is_not_approved(client, session, stage):
    client.act_as(stage.director)
    page = client.get(f"/proposals/{stage.proposal}").text
    with transaction(session):
        session.get(Organisation, stage.organisation).name = "Anders"

    code = pyotp.TOTP(set_up_secret(stage.director, SECRET)).now()
    answer = approve(client, stage.proposal, page, proof=code)

    assert answer.status_code == 422
    assert "veranderd" in answer.text


def test_a_rejection_says_why(client, session, stage):
    client.act_as(stage.director)

    address = f"/proposals/{stage.proposal}/reject"
    assert client.post(address, data={"reject-reason": ""}).status_code == 422
    assert client.post(address, data={"reject-reason": "Te vroeg"}).status_code == 303

    client.act_as(stage.officer)
    assert "Te vroeg" in client.get(f"/proposals/{stage.proposal}").text


def test_the_proposer_takes_it_back(client, session, stage):
    client.act_as(stage.officer)

    assert client.post(f"/proposals/{stage.proposal}/withdraw").status_code == 303

    session.expire_all()
    assert session.get(Proposal, stage.proposal).state is ProposalState.WITHDRAWN


def test_others_do_not_know_of_it(client, session, stage):
    client.act_as(add(session, "Vreemde", Role.ASSESSOR))

    assert client.get(f"/proposals/{stage.proposal}").status_code == 404
    assert client.post(f"/proposals/{stage.proposal}/approve").status_code == 404


def test_it_stands_on_the_desk_of_whoever_can_decide(client, stage):
    client.act_as(stage.director)
    assert f"/proposals/{stage.proposal}" in client.get("/desk").text


def test_in_the_demonstration_a_second_press_is_the_proof(
    shared_engine, session, catalogues, stage
):
    session.add(Deployment(id=1, demonstration=True))
    session.commit()
    app = create_app(Settings(), shared_engine)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    director = stage.director.id
    app.config["WHO"] = lambda _session, _now: director
    client = app.test_client()

    first = approve(client, stage.proposal, client.get(f"/proposals/{stage.proposal}").text)
    assert first.status_code == 200
    assert "Druk nog één keer" in first.text
    session.expire_all()
    assert session.get(Organisation, stage.organisation).name == "Oud"
    session.commit()
    assert approve(client, stage.proposal, first.text, pressed="yes").status_code == 303

    session.expire_all()
    assert session.get(Organisation, stage.organisation).name == "Nieuw"


def test_every_act_has_words_of_its_own(app):
    ours = {name for name in registered_acts() if name not in TESTS_OWN}

    assert ours
    assert ours <= set(ACTS)
