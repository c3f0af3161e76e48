"""What was signed is there for anyone to read; judging and signing is for those who may."""

import pytest

from tests.trials.agreements.cast import DAY, NOON
from trials.agreements.models import DocumentKind, Party
from trials.agreements.states import DocumentState
from trials.lifecycle import TrialState

SIGNERS = (
    ("manager", Party.EVALUATOR),
    ("provider", Party.PROVIDER),
    ("officer", Party.COUNCIL),
)


def _sign(client, document, party, sha256=None):
    return client.post(
        f"/documents/{document.id}/sign",
        data={
            "party": party.value,
            "shown_sha256": sha256 or document.content_sha256,
            "agreed": "y",
        },
    )


@pytest.fixture
def offered(parties):
    document = parties.draft()
    parties.offer(document)
    return document


def test_judging_and_signing_in_the_browser_locks_a_protocol(visit, parties, session, offered):
    address = f"/documents/{offered.id}"
    assert "als de expertgroep gunstig" in visit(parties, "provider").get(address).text
    early = _sign(visit(parties, "provider"), offered, Party.PROVIDER)
    assert early.status_code == 422
    assert "nog niet beoordeeld" in early.text

    client = visit(parties, "expert")
    assert "Kan deze opzet de vraag beantwoorden?" in client.get(address).text
    client.post(f"{address}/review", data={"valid": "yes", "remarks": "Helder opgezet."})
    for who, party in SIGNERS:
        client = visit(parties, who)
        assert "Ik heb deze versie gelezen" in client.get(address).text
        assert _sign(client, offered, party).status_code == 303
        assert "Ik heb deze versie gelezen" not in client.get(address).text

    session.refresh(offered)
    assert offered.state is DocumentState.LOCKED
    page = visit(parties).get(address).text
    for words in (
        "Gaan leerlingen beter begrijpend lezen",
        "Helder opgezet.",
        "Samen lezen in tweetallen",
        "Om de voortoets en de natoets",
        "vastgezet",
        "1 maart 2027",
    ):
        assert words in page
    assert "Voorbeeld" not in page.split("<footer")[0] or "Manager" not in page


def test_nobody_signs_without_ticking_or_with_another_hash(visit, parties, offered):
    parties.review(offered)
    client = visit(parties, "manager")

    unticked = client.post(
        f"/documents/{offered.id}/sign",
        data={"party": "evaluator", "shown_sha256": offered.content_sha256},
    )
    other = _sign(client, offered, Party.EVALUATOR, "0" * 64)

    assert (unticked.status_code, other.status_code) == (422, 422)
    assert "Vink dit aan om te tekenen." in unticked.text
    assert "open het document opnieuw" in other.text
    assert _sign(client, offered, Party.PROVIDER).status_code == 403


def test_a_version_that_is_not_locked_is_for_parties(visit, parties, offered):
    address = f"/documents/{offered.id}"

    assert visit(parties).get(address).status_code == 404
    assert visit(parties, "stranger").get(address).status_code == 404
    assert visit(parties, "analyst").get(address).status_code == 200
    listed = visit(parties).get("/trials/samen-lezen/documents").text
    assert address not in listed
    assert address in visit(parties, "analyst").get("/trials/samen-lezen/documents").text


def test_a_plan_reads_as_words_and_a_late_one_is_labelled(visit, parties):
    parties.locked()
    parties.reach(TrialState.DELIVERING, first_sealed_at=NOON, first_drawn_at=NOON)
    assert "Uiterlijk op 1 juni 2027" in visit(parties).get("/trials/samen-lezen/documents").text
    late = parties.locked(DocumentKind.ANALYSIS_PLAN, now=NOON + 93 * DAY)

    page = visit(parties).get(f"/documents/{late.id}").text

    assert "Kenward-Roger" in page
    assert "alleen volledige gegevens" in page
    assert "later dan drie maanden na de loting" in page
    assert "later dan drie maanden" in visit(parties).get("/trials/samen-lezen/documents").text


def test_history_shows_every_version_with_its_reason(visit, parties):
    parties.locked()
    parties.locked(reason="Meer scholen nodig.")

    page = visit(parties).get("/trials/samen-lezen/documents").text

    assert page.index("Versie 2") < page.index("Versie 1")
    assert "Meer scholen nodig." in page


def test_the_pages_speak_english(visit, parties):
    document = parties.locked()
    client = visit(parties)
    client.get("/language/en")

    assert "Do pupils comprehend better" in client.get(f"/documents/{document.id}").text
    assert "Protocol and analysis plan" in client.get("/trials/samen-lezen/documents").text


def test_desks_lead_to_drafts_and_documents(visit, parties, offered):
    draft = visit(parties, "manager").get(f"/trials/{parties.trial_id}/draft-protocol")
    plan = visit(parties, "manager").get(f"/trials/{parties.trial_id}/draft-plan")

    assert draft.location == f"/trials/{parties.trial_id}/protocol/draft"
    assert plan.location == f"/trials/{parties.trial_id}/plan/draft"
    assert f"/documents/{offered.id}" in visit(parties, "expert").get("/desk").text
