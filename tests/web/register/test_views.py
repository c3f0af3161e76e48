"""Anyone finds a school, reads its entry, and takes the list along."""

import csv
import io
from dataclasses import replace

import pytest

from trials.errors import BadInput
from trials.register.parsing import read_contents
from trials.register.queries import site_on
from web.languages import sentence_of
from web.register.words import school_lines

from .conftest import NOON, PRIMARY, SMALL


def test_a_school_is_found_by_a_name_with_a_typing_error(client, register):
    page = client.get("/schools?q=hoekstein emmen")

    assert page.status_code == 200
    assert "Eén school gevonden" in page.text
    assert "De Nieuwe Hoeksteen" in page.text
    assert "Straat 1, Emmen · 16AH00" in page.text
    assert "bestuur 10249 · 1.222 leerlingen · Openbaar" in page.text


def test_the_empty_page_asks_and_finds_nothing(client, register):
    page = client.get("/schools")

    assert "Naam, plaats of BRIN" in page.text
    assert "gevonden" not in page.text


def test_words_that_fit_nothing_get_advice_and_are_shown_harmless(client, register):
    page = client.get("/schools?q=<script>qqq")

    assert "Geen school past bij deze woorden" in page.text
    assert "&lt;script&gt;qqq" in page.text
    assert "<script>qqq" not in page.text


def test_the_list_opens_in_a_spreadsheet_and_runs_no_formula(client, register):
    answer = client.get("/schools.csv?q=utrecht")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert rows[0][:2] == ["Vestigingscode", "Naam"]
    assert rows[1][:2] == ["16BX00", "'=De Regenboog"]


def test_an_entry_shows_its_versions_with_their_sources(client, register):
    page = client.get("/schools/16ah00")

    assert "De Nieuwe Hoeksteen" in page.text
    assert "1 januari 2026" in page.text
    assert "1 februari 2026" in page.text
    assert "DUO, vestigingen basisonderwijs" in page.text
    assert "33,02" in page.text
    assert "onbetrouwbaar: veertig leerlingen of minder" in page.text


def test_a_score_of_fewer_than_ten_pupils_is_shown_to_nobody(client, register):
    page = client.get("/schools/16BX00")

    assert "Leerlingen" in page.text
    assert "12,5" not in page.text
    assert "Achterstandsscore" not in page.text


@pytest.mark.parametrize("code", ["99ZZ00", "VB001", "x' OR 1=1"])
def test_a_school_the_register_does_not_have_is_not_found(client, register, code):
    answer = client.get(f"/schools/{code}")

    assert answer.status_code == 404
    assert "het register heeft geen vestiging" in answer.text.lower()


def test_the_sources_tell_what_each_edition_changed(client, register):
    page = client.get("/register")

    assert page.text.index("bo2.csv") < page.text.index("cbs.csv")
    assert "Bron: DUO" in page.text


def test_pages_are_there_in_english(client, register):
    client.set_cookie("language", "en")

    page = client.get("/schools/16AH00")

    assert "primary school" in page.text
    assert "Published numbers" in page.text


def test_a_masked_number_of_pupils_is_said_in_words(app, register):
    card = site_on(register, "16AH00", NOON.date())
    masked = replace(card, pupils=replace(card.pupils, value=None, mark="<5"))

    with app.test_request_context():
        assert "weinig leerlingen (<5)" in school_lines(masked)[1]


def test_a_refusal_with_a_reason_is_dutch_to_the_end(app):
    broken = PRIMARY.replace("Drenthe", "Holland").encode()

    with app.test_request_context(), pytest.raises(BadInput) as refused:
        read_contents("bo.csv", broken, NOON.date(), SMALL)

    with app.test_request_context():
        assert sentence_of(refused.value) == (
            "Het bestand bo.csv is in zijn geheel geweigerd, er is niets ingelezen: "
            "rij 2, kolom PROVINCIE: "
            "'Holland' is geen provincie; kijk of de kolommen op hun plaats staan."
        )
