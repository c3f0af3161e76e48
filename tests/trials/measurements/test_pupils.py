"""Pupil lists: what schools really send is read, what must not come in leaves no trace."""

import io

import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import BASELINE, DAY, PUPILS, School
from trials.audit import AuditRow
from trials.errors import BadInput, NotFound, NotReady
from trials.measurements.models import (
    ClassMoment,
    Measurement,
    Pupil,
    PupilClass,
    SchoolClass,
    Upload,
    UploadKind,
)
from trials.signups.states import SignupState

BSN = ("123456782", "111222333", "999990019")


def test_a_list_makes_pupils_with_classes_and_covariates(session: Session, school: School) -> None:
    stored = school.send(PUPILS)

    assert (stored.new_pupils, stored.known_pupils) == (3, 0)
    pupils = session.scalars(select(Pupil).order_by(Pupil.id)).all()
    assert [pupil.covariates for pupil in pupils] == [
        {"sex": "0", "ses": 1.5},
        {"sex": "1", "ses": -2.5},
        {"sex": "0"},
    ]
    placed = session.execute(
        select(SchoolClass.name, PupilClass.moment)
        .join(PupilClass, PupilClass.class_id == SchoolClass.id)
        .order_by(PupilClass.id)
    ).all()
    assert placed == [(name, ClassMoment.DRAW) for name in ("8a", "8a", "8b")]


def test_the_school_number_is_nowhere_in_the_database(session: Session, school: School) -> None:
    school.send(PUPILS.replace(b"101", b"GEHEIM101"))

    rows = [
        str(vars(row))
        for model in (Pupil, Upload, AuditRow)
        for row in session.scalars(select(model))
    ]
    assert not [row for row in rows if "GEHEIM" in row.upper()]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PUPILS, "lijst.csv"),
        (b"\xef\xbb\xbf" + PUPILS, "lijst.csv"),
        (PUPILS.replace(b";", b"\t"), "lijst.txt"),
        (PUPILS.replace(b",", b".").replace(b";", b","), "lijst.csv"),
        (PUPILS.replace(b"\n", b"\r\n"), "lijst.csv"),
        (PUPILS.replace(b"pupil;class", b"Leerlingnummer;Groep "), "lijst.csv"),
        (PUPILS.replace(b"8a", "8é".encode("cp1252")), "lijst.csv"),
        (b"sep=;\r\n" + PUPILS, "lijst.csv"),
        (PUPILS.decode().encode("utf-16"), "lijst.csv"),
    ],
    ids=["plain", "bom", "tabs", "english", "crlf", "aliases", "cp1252", "excel-sep", "utf-16"],
)
def test_what_schools_really_send_is_read(
    session: Session, school: School, content: bytes, name: str
) -> None:
    school.send(content, name=name)

    covariates = session.scalars(select(Pupil.covariates).order_by(Pupil.id)).all()
    assert covariates[:2] == [{"sex": "0", "ses": 1.5}, {"sex": "1", "ses": -2.5}]


def test_how_a_file_was_read_is_kept_to_be_shown_back(school: School) -> None:
    reading = school.send(b"\xef\xbb\xbf" + PUPILS).upload.reading

    assert (reading["encoding"], reading["delimiter"], reading["decimal_mark"]) == (
        "UTF-8",
        ";",
        ",",
    )
    assert reading["rows"] == 3


def test_a_workbook_that_lost_its_leading_zeros_finds_the_same_pupils(
    session: Session, school: School
) -> None:
    school.send(b"pupil\n0101\n0102\n")

    again = school.send(_workbook([["pupil"], [101], [102]]), name="lijst.xlsx")

    assert (again.new_pupils, again.known_pupils) == (0, 2)


def test_sending_a_list_again_changes_nothing_and_adds_who_is_new(school: School) -> None:
    school.send(PUPILS)

    again = school.send(PUPILS + b"104;8b;1;0,5\n")

    assert (again.new_pupils, again.known_pupils) == (1, 3)


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (
            b"pupil;nummer\n"
            + b"".join(b"%d;%s\n" % (n, bsn.encode()) for n, bsn in enumerate(BSN)),
            ["column nummer holds citizen service numbers"],
        ),
        (b"pupil\n" + "\n".join(BSN).encode(), ["column pupil holds citizen service numbers"]),
        (
            b"pupil\n" + b"\n".join(bsn.encode() for bsn in ("12345672", "999990019")),
            ["column pupil holds citizen service numbers"],
        ),
        (
            b"pupil;class\n1;https://ketenid.nl/201703/" + b"0a" * 64 + b"\n2;8a\n",
            ["column class holds ECK iDs"],
        ),
        (
            b"pupil;naam;geboren\n1;Jan;2015\n2;Piet;2016\n",
            [
                "column naam is not on the data list of this trial; remove it",
                "column geboren is not on the data list of this trial; remove it",
            ],
        ),
        (b"class;sex\n8a;0\n", ["column pupil is missing"]),
        (
            b"pupil;class\n1;8a\n2;8a\n01;8b\n",
            ["row 4 has the same pupil number as row 2; remove one of the two"],
        ),
        (b"pupil;class\n;8a\n2;8a\n", ["row 2: fill in the pupil number"]),
        (
            b"pupil;sex;ses\n1;jongen;veel\n2;1;3\n",
            [
                "row 2, column sex: jongen is not one of 0, 1",
                "row 2, column ses: veel is not a number",
            ],
        ),
    ],
    ids=[
        "bsn",
        "bsn-as-number",
        "bsn-lost-zero",
        "eck",
        "not-listed",
        "no-number",
        "double",
        "empty-number",
        "wrong-values",
    ],
)
def test_a_bad_file_is_refused_whole_with_every_reason(
    session: Session, school: School, content: bytes, sentences: list[str]
) -> None:
    with pytest.raises(BadInput, match="nothing was stored") as refusal:
        school.send(content)

    problems = [str(problem) for problem in refusal.value.problems]
    assert len(problems) == len(sentences)
    assert all(p.startswith(s) for p, s in zip(problems, sentences, strict=True)), problems
    _nothing_stored(session)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "lijst.csv", "is empty"),
        (b"pupil;class\n", "lijst.csv", "header but no rows"),
        (b"pupil\n" + b"1" * 11_000_000, "lijst.csv", "larger than 10 MB"),
        (b"MZ\x90\x00" + b"\x00" * 100, "lijst.xlsx", "is not what its name says"),
        (b"pupil;class\n1;=1+1\n", "lijst.csv", "row 2, column class: =1[+]1 is a formula"),
        (b"pupil;ses\n1;1,5\n2;1.5\n", "lijst.csv", "decimal comma"),
    ],
    ids=["empty", "header", "big", "exe", "formula", "mixed"],
)
def test_a_file_that_is_no_table_is_refused(
    session: Session, school: School, content: bytes, name: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        school.send(content, name=name)

    _nothing_stored(session)


def test_no_pupil_comes_in_before_the_board_has_signed(session: Session, school: School) -> None:
    school.signup.state = SignupState.SUBMITTED
    session.commit()

    with pytest.raises(NotReady, match="once the board has signed"):
        school.send(PUPILS)


def test_another_school_finds_nothing(session: Session, school: School) -> None:
    stranger = school.scene.coordinator(school.signup.id + 1)

    with pytest.raises(NotFound):
        school.send(PUPILS, actor=stranger)


def test_a_tester_sends_no_pupil_list(session: Session, school: School) -> None:
    with pytest.raises(NotFound):
        school.send(PUPILS, actor=school.scene.tester)


def test_the_baseline_keeps_the_day_it_was_taken(session: Session, school: School) -> None:
    school.send(PUPILS)

    stored = school.send(BASELINE, UploadKind.BASELINE, taken_on=DAY)

    assert stored.new_scores == 2
    scores = session.execute(select(Measurement.value, Measurement.taken_on)).all()
    assert scores == [(33.0, DAY), (44.5, DAY)]


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (
            b"pupil;language_pre\n101;212\n102;-1\n103;veel\n",
            [
                "row 2, column language_pre: score 212 is above the highest possible score 60; "
                "correct the score or leave the cell empty",
                "row 3, column language_pre: score -1 is below the lowest possible score 0",
                "row 4, column language_pre: veel is not a number",
            ],
        ),
        (
            b"pupil;language_pre\n101;60,5\n",
            ["row 2, column language_pre: score 60,5 is above the highest possible score 60"],
        ),
        (b"pupil;language_pre\n101;1_0\n", ["row 2, column language_pre: 1_0 is not a number"]),
        (
            b"pupil;language_pre\n999;30\n101;99\n",
            ["row 2: this pupil is not on the school's list", "row 3, column language_pre: score"],
        ),
        (
            b"pupil;language_pre;taken_on\n101;30;31-02-2027\n102;30;02-02-2027\n",
            [
                "row 2, column taken_on: 31-02-2027 is not a day",
                "row 3, column taken_on: 02-02-2027 lies in the future",
            ],
        ),
        (b"pupil;class\n101;8a\n", ["column language_pre is missing"]),
        (b"pupil;language_post\n101;30\n", ["column language_pre is missing"]),
    ],
    ids=["range", "comma", "underscore", "unknown", "days", "no-score", "outcome-too-early"],
)
def test_bad_scores_are_named_by_row_column_and_cure(
    session: Session, school: School, content: bytes, sentences: list[str]
) -> None:
    school.send(PUPILS)

    with pytest.raises(BadInput) as refusal:
        school.send(content, UploadKind.BASELINE, taken_on=DAY)

    problems = [str(problem) for problem in refusal.value.problems]
    assert len(problems) == len(sentences), problems
    assert all(p.startswith(s) for p, s in zip(problems, sentences, strict=True)), problems
    assert session.scalar(select(func.count()).select_from(Measurement)) == 0


def test_a_score_without_a_day_is_refused(school: School) -> None:
    school.send(PUPILS)

    with pytest.raises(BadInput) as refusal:
        school.send(BASELINE, UploadKind.BASELINE)

    assert "not known when the test was taken" in str(refusal.value.problems[0])


def test_a_list_may_bring_the_baseline_along(session: Session, school: School) -> None:
    school.send(b"pupil;language_pre;taken_on\n1;30;01-02-2027\n2;;\n")

    assert session.scalars(select(Measurement.value)).all() == [30.0]


def _workbook(rows: list[list[object]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def _nothing_stored(session: Session) -> None:
    for model in (Pupil, Upload, Measurement, SchoolClass):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    last = session.scalar(select(AuditRow.event).order_by(AuditRow.id.desc()).limit(1))
    assert last == "council_decided"
