"""Files in the browser: checked, shown back, and only then stored."""

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import BASELINE, PUPILS
from tests.trials.school_trial import Scene, drawn
from tests.web.conftest import CommittingClient
from trials.calls.models import PupilsLiveAt
from trials.measurements.models import (
    Blinding,
    Measurement,
    Objection,
    OutcomeWave,
    Pupil,
    PupilCount,
    UploadDraft,
)
from trials.people.models import Person
from trials.signups.models import Signup

MANY = b"pupil;language_pre\n" + b"".join(b"%d;99\n" % n for n in range(80))


def test_a_list_is_shown_back_and_stored_when_accepted(
    school: CommittingClient, session: Session, signup_id: int
) -> None:
    sent = _send(school, signup_id, "pupils", b"\xef\xbb\xbf" + PUPILS)
    assert sent.status_code == 303

    page = school.get(sent.headers["Location"]).text
    assert "We lazen 3 leerlingen. Er is nog niets opgeslagen." in page
    assert "puntkomma (;)" in page
    assert "komma, zoals in 12,5" in page
    assert _count(session, Pupil) == 0
    accepted = school.post(sent.headers["Location"])

    assert accepted.headers["Location"] == f"/signups/{signup_id}"
    assert _count(session, Pupil) == 3
    seen = school.get(f"/signups/{signup_id}/pupils")
    assert seen.headers["Cache-Control"] == "no-store"
    assert "Leerlingen op de lijst" in seen.text


def test_a_list_thrown_away_leaves_nothing(
    school: CommittingClient, session: Session, signup_id: int
) -> None:
    sent = _send(school, signup_id, "pupils", PUPILS)

    answer = school.post(sent.headers["Location"], data={"discard": "1"})

    assert answer.headers["Location"].startswith(f"/signups/{signup_id}/send/pupils")
    assert _count(session, Pupil) == _count(session, UploadDraft) == 0


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (
            b"pupil;nummer\n1;123456782\n2;111222333\n",
            "lijst.csv",
            "Kolom nummer bevat burgerservicenummers (BSN)",
        ),
        (b"pupil;naam\n1;Jan\n", "lijst.csv", "Kolom naam staat niet op de gegevenslijst"),
        (
            b"pupil\n1\n2\n01\n",
            "lijst.csv",
            "Rij 4 heeft hetzelfde leerlingnummer als rij 2",
        ),
        (b"", "lijst.csv", "is leeg"),
        (b"MZ\x90\x00", "lijst.xlsx", "is niet wat de naam zegt"),
        (b"pupil;class\n1;=1+1\n", "lijst.csv", "Rij 2, kolom class: =1+1 is een formule"),
    ],
    ids=["bsn", "name", "double", "empty", "exe", "formula"],
)
def test_a_bad_file_is_refused_in_plain_dutch_and_leaves_no_trace(
    school: CommittingClient,
    session: Session,
    signup_id: int,
    content: bytes,
    name: str,
    sentence: str,
) -> None:
    page = _send(school, signup_id, "pupils", content, name=name)

    assert page.status_code == 422
    assert sentence in page.text
    assert _count(session, UploadDraft) == _count(session, Pupil) == 0


def test_a_score_out_of_range_names_row_column_value_and_cure(
    school: CommittingClient, session: Session, signup_id: int
) -> None:
    _store(school, signup_id, "pupils", PUPILS)

    page = _send(
        school, signup_id, "baseline", b"pupil;language_pre\n101;212\n", taken_on="2027-02-01"
    )

    assert (
        "Rij 2, kolom language_pre: score 212 ligt boven de hoogst mogelijke score 60; "
        "verbeter de score of laat de cel leeg."
    ) in page.text


def test_very_many_problems_are_counted_and_the_first_fifty_shown(
    school: CommittingClient, signup_id: int
) -> None:
    _store(school, signup_id, "pupils", MANY.replace(b";language_pre", b"").replace(b";99", b""))

    page = _send(school, signup_id, "baseline", MANY, taken_on="2027-02-01").text

    assert page.count("ligt boven de hoogst mogelijke score") == 50
    assert "En nog 30 plekken in het bestand." in page


def test_a_file_over_the_limit_is_refused_before_it_is_read(
    school: CommittingClient, signup_id: int
) -> None:
    page = _send(school, signup_id, "pupils", b"pupil\n" + b"1" * 50_000_000)

    assert page.status_code == 413


def test_outcomes_ask_how_blind_each_test_was_taken(
    school: CommittingClient, session: Session, scene: Scene, signup_id: int
) -> None:
    _store(school, signup_id, "pupils", PUPILS)
    drawn(session, scene, session.get_one(Signup, signup_id))
    content = b"pupil;language_post\n101;40\n"

    refused = _send(school, signup_id, "outcome", content, taken_on="2027-02-01")
    assert refused.status_code == 422
    _store(
        school,
        signup_id,
        "outcome",
        content,
        taken_on="2027-02-01",
        blinding_language_post="partly",
    )

    assert session.scalars(select(Measurement.blinding)).all() == [Blinding.PARTLY]


def test_the_example_has_the_columns_of_the_protocol(
    school: CommittingClient, signup_id: int
) -> None:
    table = school.get(f"/signups/{signup_id}/send/baseline/example.csv")

    assert table.data.decode("utf-8-sig").strip() == "pupil;taken_on;language_pre"


def test_the_page_tells_the_browser_what_may_leave(
    school: CommittingClient, signup_id: int
) -> None:
    page = school.get(f"/signups/{signup_id}/send/pupils").text

    assert "data-strip=" in page
    assert "leerlingnummer" in page
    assert "strip.js" in page


def test_an_objection_erases_what_is_here(
    school: CommittingClient, session: Session, signup_id: int
) -> None:
    _store(school, signup_id, "pupils", PUPILS)

    answer = school.post(f"/signups/{signup_id}/objections", data={"number": "101", "pupils": "1"})

    assert answer.status_code == 303
    assert session.scalars(select(Objection)).one().pupil_id is not None
    assert "één bezwaar verwerkt" in school.get(f"/signups/{signup_id}/objections").text


def test_an_objection_to_one_test_leaves_the_pupil_on_the_list(
    school: CommittingClient, session: Session, signup_id: int
) -> None:
    _store(school, signup_id, "pupils", PUPILS)
    _store(school, signup_id, "baseline", BASELINE, taken_on="2027-02-01")
    form = {"number": "101", "pupils": "1", "instrument_code": "language_pre"}

    answer = school.post(f"/signups/{signup_id}/objections", data=form)

    assert answer.status_code == 303
    assert session.scalars(select(Measurement.value)).all() == [44.5]
    assert "Alleen tegen Taaltoets" in school.get(f"/signups/{signup_id}/objections").text


def test_a_pupil_who_leaves_the_school_is_marked_and_can_come_back(
    school: CommittingClient, session: Session, signup_id: int
) -> None:
    _store(school, signup_id, "pupils", PUPILS)
    page = f"/signups/{signup_id}/leavers"
    assert page in school.get(f"/signups/{signup_id}/pupils").text

    for number, day, status in (("999", "2027-01-15", 422), ("101", "2027-01-15", 303)):
        assert school.post(page, data={"number": number, "left_on": day}).status_code == status

    assert "1 leerling van school gegaan" in school.get(page).text
    assert session.scalars(select(Pupil.left_at.is_not(None)).order_by(Pupil.id)).all()[0]
    assert school.post(page, data={"number": "101", "left_on": ""}).status_code == 303
    assert session.scalars(select(Pupil.left_at)).all() == [None] * 3


def test_where_the_evaluator_keeps_pupils_only_a_number_is_asked(
    school: CommittingClient, session: Session, signup_id: int
) -> None:
    session.get_one(Signup, signup_id).trial.pupils_live_at = PupilsLiveAt.EVALUATOR

    away = school.get(f"/signups/{signup_id}/send/pupils")
    assert away.headers["Location"] == f"/signups/{signup_id}/count/pupils"
    assert school.get(away.headers["Location"]).status_code == 200
    answer = school.post(away.headers["Location"], data={"pupils": "24", "file_sha256": "AB" * 32})

    assert answer.status_code == 303
    assert session.scalars(select(PupilCount.pupils)).all() == [24]


def test_the_key_is_a_file_of_its_own(
    school: CommittingClient, signup_id: int, tmp_path: Path
) -> None:
    _send(school, signup_id, "pupils", PUPILS)

    assert [path.suffix for path in (tmp_path / "keys").iterdir()] == [".key"]


def test_a_tester_sees_every_drawn_school_and_no_arm(
    client: CommittingClient, session: Session, scene: Scene, signup_id: int
) -> None:
    drawn(session, scene, session.get_one(Signup, signup_id))
    client.act_as(session.get_one(Person, scene.people["tester"]))

    page = client.get(f"/trials/{scene.trial_id}/outcomes").text

    assert "Voorbeeldschool 001" in page
    assert "samen-lezen" not in page.replace("/take-part/samen-lezen", "")
    assert "controle" not in page
    assert "Scores vastzetten" not in page
    assert client.get(f"/signups/{signup_id}/send/outcome").status_code == 200
    assert client.get(f"/signups/{signup_id}/send/pupils").status_code == 404
    assert client.get(f"/signups/{signup_id}/pupils").status_code == 404


def test_the_trial_manager_locks_a_round(
    school: CommittingClient, session: Session, scene: Scene, signup_id: int
) -> None:
    _store(school, signup_id, "pupils", PUPILS)
    drawn(session, scene, session.get_one(Signup, signup_id))
    _store(
        school,
        signup_id,
        "outcome",
        b"pupil;language_post\n101;40\n",
        taken_on="2027-02-01",
        blinding_language_post="blind",
    )
    school.act_as(session.get_one(Person, scene.people["manager"]))

    assert "Scores vastzetten" in school.get(f"/trials/{scene.trial_id}/outcomes").text
    answer = school.post(f"/trials/{scene.trial_id}/outcomes", data={"wave": "1"})

    assert answer.status_code == 303
    assert session.scalars(select(OutcomeWave)).one().locked_at is not None
    assert "vastgezet" in school.get(f"/trials/{scene.trial_id}/outcomes").text


def test_the_trial_manager_reads_which_school_sent_what(
    school: CommittingClient, session: Session, scene: Scene, signup_id: int
) -> None:
    _store(school, signup_id, "pupils", PUPILS)
    _store(school, signup_id, "baseline", BASELINE, taken_on="2027-02-01")
    school.act_as(session.get_one(Person, scene.people["manager"]))

    page = school.get(f"/trials/{scene.trial_id}/pupils").text
    table = school.get(f"/trials/{scene.trial_id}/pupils.csv").data.decode("utf-8-sig")

    assert "Voorbeeldschool 001" in page
    assert table.splitlines()[1] == "99ZZ01;Voorbeeldschool 001;3;0;1;0"


@pytest.mark.parametrize("reader", ["recruiter", "colleague"])
def test_others_find_no_page_about_pupils(
    client: CommittingClient, session: Session, scene: Scene, signup_id: int, reader: str
) -> None:
    client.act_as(session.get_one(Person, scene.people[reader]))

    pages = (
        f"/signups/{signup_id}/pupils",
        f"/signups/{signup_id}/objections",
        f"/signups/{signup_id}/send/pupils",
        f"/signups/{signup_id}/send/outcome",
        f"/signups/{signup_id}/count/pupils",
        f"/trials/{scene.trial_id}/pupils",
        f"/trials/{scene.trial_id}/pupils.csv",
        f"/trials/{scene.trial_id}/outcomes",
    )
    assert {client.get(page).status_code for page in pages} == {404}


def _send(client, signup_id: int, kind: str, content: bytes, name: str = "lijst.csv", **data: str):
    return client.post(
        f"/signups/{signup_id}/send/{kind}",
        data={"file": (io.BytesIO(content), name), **data},
        content_type="multipart/form-data",
    )


def _store(client, signup_id: int, kind: str, content: bytes, **data: str) -> None:
    sent = _send(client, signup_id, kind, content, **data)
    assert sent.status_code == 303, sent.text
    assert client.post(sent.headers["Location"]).status_code == 303


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0
