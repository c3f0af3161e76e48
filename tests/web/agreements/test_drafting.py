"""A protocol is filled in section by section, half or whole, and offered when nothing wants."""

import pytest
from werkzeug.datastructures import MultiDict

from tests.trials.agreements.cast import NOON
from trials.agreements.example import PLAN, PROTOCOL
from trials.agreements.models import Document, DocumentKind
from trials.agreements.states import DocumentState
from web.agreements.sections import SECTIONS, filled
from web.languages import label


def _as_typed(form):
    """What a browser would send of a form as it stands."""
    sent = MultiDict()
    for field in _every(form):
        if field.type == "BooleanField":
            if field.data:
                sent.add(field.name, "y")
        elif field.type in ("SelectField", "RadioField"):
            sent.add(field.name, field.data or next(iter(field.iter_choices())).value)
        else:
            sent.add(field.name, field._value())
    return sent


def _every(fields):
    for field in fields:
        if field.type == "FormField":
            yield from _every(field.form)
        elif field.type == "FieldList":
            yield from _every(field.entries)
        elif field.type != "CSRFTokenField":
            yield field


@pytest.mark.parametrize(
    ("kind", "path", "content"),
    [
        (DocumentKind.PROTOCOL, "protocol", PROTOCOL),
        (DocumentKind.ANALYSIS_PLAN, "plan", PLAN),
    ],
    ids=["protocol", "plan"],
)
def test_what_the_pages_show_they_also_read(app, visit, parties, session, kind, path, content):
    """Every section, shown with the example and sent as it stands, gives the example back."""
    if kind is DocumentKind.ANALYSIS_PLAN:
        parties.locked()
    client = visit(parties, "manager")
    for section in SECTIONS[kind]:
        with app.test_request_context():
            typed = _as_typed(filled(section, content))
        address = f"/trials/{parties.trial_id}/{path}/draft/{section.name}"
        assert client.post(address, data=typed).status_code == 303, section.name

    document = session.query(Document).filter_by(kind=kind).one()
    assert document.content == content
    overview = client.get(f"/trials/{parties.trial_id}/{path}/draft").text
    assert "Aanbieden om te tekenen" in overview
    offered = client.post(f"/trials/{parties.trial_id}/{path}/draft/offer")

    assert offered.location == f"/documents/{document.id}"
    session.refresh(document)
    assert document.state is DocumentState.SIGNING


def test_a_half_filled_section_is_kept_and_says_what_it_wants(visit, parties, session):
    client = visit(parties, "manager")
    address = f"/trials/{parties.trial_id}/protocol/draft/size"

    kept = client.post(address, data={"size-sites": "80", "size-icc": "1,5"})

    assert kept.status_code == 303
    assert session.query(Document).one().content["size"]["icc"] == 1.5
    overview = client.get(f"/trials/{parties.trial_id}/protocol/draft").text
    assert "6 velden kloppen nog niet" in overview
    assert "Aanbieden om te tekenen" not in overview
    page = client.get(address)
    assert page.status_code == 200
    assert "Intraklassecorrelatie: vul een getal in van 0 tot en met 0,99." in page.text


def test_a_section_nobody_opened_shows_no_complaints(visit, parties):
    page = visit(parties, "manager").get(f"/trials/{parties.trial_id}/protocol/draft/size").text

    assert "error-summary" not in page


def test_what_is_no_number_is_refused_and_stays(visit, parties, session):
    client = visit(parties, "manager")

    answer = client.post(
        f"/trials/{parties.trial_id}/protocol/draft/size", data={"size-sites": "veel"}
    )

    assert answer.status_code == 422
    assert 'value="veel"' in answer.text
    assert session.query(Document).count() == 0


def test_a_row_that_is_emptied_is_gone(app, visit, parties, session):
    client = visit(parties, "manager")
    section = next(s for s in SECTIONS[DocumentKind.PROTOCOL] if s.name == "delivery")
    with app.test_request_context():
        typed = _as_typed(filled(section, PROTOCOL))
    for name in ("code", "title_nl", "title_en"):
        typed[f"components-1-{name}"] = ""

    client.post(f"/trials/{parties.trial_id}/protocol/draft/delivery", data=typed)

    codes = [part["code"] for part in session.query(Document).one().content["components"]]
    assert codes == ["pairing", "talking"]


def test_an_amendment_begins_with_its_reason(visit, parties, session):
    parties.locked()
    client = visit(parties, "manager")
    base = f"/trials/{parties.trial_id}/protocol/draft"
    assert "ligt" not in client.get(base).text
    assert "Waarom is een nieuwe versie nodig?" in client.get(base).text

    assert client.post(f"{base}/begin", data={"reason": " "}).status_code == 422
    assert client.post(f"{base}/begin", data={"reason": "Langere toets"}).status_code == 303
    hours = {"hours-pupil": "3", "delivery_from": "2027-08-30"}
    client.post(f"{base}/delivery", data=hours)

    second = session.query(Document).filter_by(version=2).one()
    assert (second.reason, second.content["hours"]["pupil"]) == ("Langere toets", 3)
    assert second.content["question_nl"] == PROTOCOL["question_nl"]


@pytest.mark.parametrize("who", ["officer", "analyst", "provider", "expert", "stranger"])
@pytest.mark.parametrize("path", ["protocol/draft", "plan/draft", "protocol/draft/size"])
def test_whoever_does_not_draft_finds_no_draft(visit, parties, who, path):
    assert visit(parties, who).get(f"/trials/{parties.trial_id}/{path}").status_code == 404


def test_a_plan_waits_for_its_protocol(visit, parties):
    answer = visit(parties, "manager").get(f"/trials/{parties.trial_id}/plan/draft")

    assert answer.status_code == 409
    assert "nog niet vastgezet" in answer.text


def test_a_first_plan_begins_with_what_its_protocol_says(visit, parties):
    parties.locked()
    client = visit(parties, "manager")

    page = client.get(f"/trials/{parties.trial_id}/plan/draft/model").text

    assert 'value="language_post"' in page
    assert 'checked id="df_method-0"' in page
    assert "language_pre" in page


def test_a_first_protocol_begins_with_the_columns_of_every_trial(visit, parties):
    page = visit(parties, "manager").get(f"/trials/{parties.trial_id}/protocol/draft/data").text

    assert 'value="taken_on"' in page


def test_a_section_that_does_not_exist_is_not_found(visit, parties):
    client = visit(parties, "manager")

    assert client.get(f"/trials/{parties.trial_id}/protocol/draft/seed").status_code == 404


def test_every_choice_of_a_section_has_dutch_words(app, parties):
    with app.test_request_context():
        for kind in DocumentKind:
            assert label(kind) in ("protocol", "analyseplan")
            for section in SECTIONS[kind]:
                for field in _every(filled(section, {})):
                    for choice in getattr(field, "iter_choices", list)():
                        assert str(choice.label) != choice.value or choice.value in ("provincie",)


def test_the_clock_of_these_tests_is_noon(app, visit):
    assert app.config["CLOCK"]() == NOON
