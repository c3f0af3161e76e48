import io
import zipfile

import pandas as pd
import pyreadstat
import pytest
import xlsxwriter

from trials.errors import BadInput
from trials.measurements.reading import Limits, read_cells, read_table


def lines(*rows):
    return "\n".join(rows).encode()


def workbook(rows, sheet="Leerlingen"):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for k, row in enumerate(rows):
            page.write_row(k, 0, row)
    return file.getvalue()


def test_what_a_dutch_spreadsheet_saves_is_read_and_shown_back():
    content = "leerling;school;score\r\n0012;Sint Jozefschool \u2019t Gooi;12,5\r\n0013; ;7\r\n"

    frame, reading = read_cells(content.encode("cp1252"), name="groep 8.CSV")

    assert frame.loc[2].tolist() == ["0012", "Sint Jozefschool \u2019t Gooi", "12.5"]
    assert frame.loc[3].isna().tolist() == [False, True, False]
    shown = (reading.format, reading.encoding, reading.delimiter, reading.decimal_mark)
    assert shown == ("csv", "Windows-1252", ";", ",")
    assert (reading.rows, reading.columns) == (2, ("leerling", "school", "score"))


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16")]
)
def test_a_byte_order_mark_is_no_part_of_the_first_column(encoding, shown):
    frame, reading = read_cells("naam\tscore\nZo\u00eb\t3".encode(encoding), name="a.txt")

    assert frame.to_dict("list") == {"naam": ["Zo\u00eb"], "score": ["3"]}
    assert (reading.encoding, reading.delimiter) == (shown, "\t")


def test_an_analysis_gets_numbers_and_categories():
    content = lines("school,id,score,arm", "1,007,1.5,a", "2,008,,b", "10,009,-3e1,a")

    frame, reading = read_table(content, name="a.csv")

    assert reading.told == "3 rows of csv, separated by ',', in UTF-8"
    assert frame.school.tolist() == [1.0, 2.0, 10.0]
    assert frame.id.tolist() == ["007", "008", "009"]
    assert frame.score.isna().tolist() == [False, True, False]
    assert frame.arm.dtype == "category"


def test_a_text_named_as_missing_leaves_a_numeric_column():
    content = lines("score;arm", "1,5;ziek", "ziek;b")

    frame, _ = read_table(content, name="a.csv", missing=("ziek",))

    assert frame.score.tolist()[0] == 1.5
    assert frame.score.isna().tolist() == [False, True]
    assert frame.arm.tolist() == ["ziek", "b"]


def test_an_identifier_longer_than_a_float_keeps_stays_text():
    frame, _ = read_table(lines("id", "12345678901234567", "12345678901234568"), name="a.csv")

    assert frame.id.nunique() == 2


def test_row_numbers_are_those_of_the_file_also_after_an_empty_row():
    frame, reading = read_cells(lines("a;b", "1;2", ";", "", "3;4", ";;"[:1]), name="a.csv")

    assert frame.index.tolist() == [2, 5]
    assert reading.rows == 2


def test_a_line_that_names_the_delimiter_is_not_the_header():
    frame, reading = read_cells(lines("sep=,", "a,b", "1;5,2"), name="a.csv")

    assert frame.loc[3].tolist() == ["1;5", "2"]
    assert reading.delimiter == ","


def test_quoted_delimiters_and_line_ends_stay_in_their_cell():
    frame, _ = read_cells(lines("naam;score", '"a;b"";""c\nd";4'), name="a.csv")

    assert frame.loc[2].tolist() == ['a;b";"c\nd', "4"]


def test_a_trailing_delimiter_makes_no_column():
    _, reading = read_cells(lines("a;b;", "1;2;"), name="a.csv")

    assert reading.columns == ("a", "b")


def test_a_workbook_is_read_with_whole_numbers_whole():
    frame, reading = read_cells(workbook([["id", "score"], [12, 7.5], ["a1", ""]]), name="b.xlsx")

    assert frame.loc[2].tolist() == ["12", "7.5"]
    assert frame.loc[3].isna().tolist() == [False, True]
    assert (reading.format, reading.sheet) == ("xlsx", "Leerlingen")


@pytest.mark.parametrize("ending", ["parquet", "dta", "sav"])
def test_statistics_files_are_read_as_numbers_and_text(ending, tmp_path):
    path = tmp_path / f"a.{ending}"
    frame = pd.DataFrame({"score": [1.5, None], "arm": ["control", "lezen"]})
    if ending == "parquet":
        frame.to_parquet(path)
    else:
        getattr(pyreadstat, f"write_{ending}")(frame, str(path))

    table, reading = read_table(path.read_bytes(), name=path.name)
    cells, _ = read_cells(path.read_bytes(), name=path.name)

    assert table.arm.tolist() == ["control", "lezen"]
    assert table.score.isna().tolist() == [False, True]
    assert cells.score.tolist()[0] == "1.5"
    assert reading.format == ending


@pytest.mark.parametrize(
    ("cell", "refused"),
    [
        ("=1+1", True),
        ("@SUM(A1)", True),
        ("+31612345678", True),
        ("-2+3", True),
        (" =cmd", True),
        ("-2,5", False),
        ("-", False),
        ("a=b", False),
    ],
)
def test_a_formula_is_refused_by_row_and_column(cell, refused):
    content = lines("naam;score", "a;1", f'"{cell}";2')
    if not refused:
        assert len(read_cells(content, name="a.csv")[0]) == 2
        return

    with pytest.raises(BadInput, match=r"row 3, column naam: .* is a formula") as refusal:
        read_cells(content, name="a.csv")

    assert len(refusal.value.problems) == 1


def test_a_formula_as_text_in_a_workbook_is_refused_too():
    with pytest.raises(BadInput, match="row 2, column a: =1 is a formula"):
        read_cells(workbook([["a"], ["=1"]]), name="b.xlsx")


def test_both_decimal_marks_in_one_file_are_refused_with_both_places():
    with pytest.raises(BadInput, match=r"row 2, column a .*\(1,5\) and row 3, column b .*\(2\.5\)"):
        read_cells(lines("a;b", "1,5;", ";2.5"), name="a.csv")


def test_commas_that_may_all_mark_thousands_are_refused_unless_the_file_is_dutch():
    rows = ("a,b", '"1,283",7', '"12,500",8')

    with pytest.raises(BadInput, match=r"row 2, column a: the comma in 1,283 may mark thousands"):
        read_cells(lines(*rows), name="a.csv")
    with_decimals, _ = read_cells(lines(*rows, '"0,5",9'), name="a.csv")
    dutch, _ = read_cells(lines("a;b", "1,283;7"), name="a.csv")

    assert with_decimals.a.tolist() == ["1.283", "12.500", "0.5"]
    assert dutch.a.tolist() == ["1.283"]


def test_rows_of_another_length_are_named():
    with pytest.raises(BadInput, match="row 3 has 3 cells where the header has 2") as refusal:
        read_cells(lines("a;b", "1;2", "1;2;3", "4"), name="a.csv")

    assert [problem.values["row"] for problem in refusal.value.problems] == [3, 4]


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "a;b")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (
            b"MZ\x90\x00\x03",
            "scores.xlsx",
            "scores.xlsx is not what its name says: it is a Windows",
        ),
        (b"MZ\x90\x00\x03", "scores.csv", "it is a Windows program"),
        (b"a;b\n1;2", "scores.xlsx", "it is a text file"),
        (workbook([["a"], [1]]), "scores.csv", "it is a ZIP file"),
        (b"a;b\n1;\x00", "scores.csv", "it is a binary file"),
        (zipped(), "scores.xlsx", "a ZIP file but no workbook"),
        (b"PAR1 and no more", "a.parquet", "damaged and cannot be read as parquet"),
        (b"", "a.csv", "a.csv is empty"),
        (b"\r\n \r\n", "a.csv", "a.csv is empty"),
        (b"a;b", "a.csv", "a header but no rows"),
        (b"a;b\n;\n", "a.csv", "no filled rows"),
        (b"a;a\n1;2", "a.csv", "row 1 names two columns a"),
        (b"a;;c\n1;2;3", "a.csv", "column 2 has cells but no name in row 1"),
        (b"a;b\n1;\x81", "a.csv", "row 2 holds a character that is neither"),
        (b"a;b\n1;2", "scores.xls", "scores.xls cannot be read: send the table as CSV"),
        (b"a;b\n1;2", "scores", "scores cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_cure(content, name, sentence):
    with pytest.raises(BadInput, match=sentence):
        read_cells(content, name=name)


def test_fifty_megabytes_are_refused_before_anything_is_parsed():
    with pytest.raises(BadInput, match="larger than 25 MB"):
        read_cells(b"MZ" + bytes(50_000_000), name="a.csv")


def test_too_many_rows_or_columns_are_refused():
    few = Limits(megabytes=1, rows=2, columns=2)

    with pytest.raises(BadInput, match="more than 2 rows"):
        read_cells(lines("a", "1", "2", "3"), name="a.csv", limits=few)
    with pytest.raises(BadInput, match="3 columns; at most 2"):
        read_cells(lines("a;b;c", "1;2;3"), name="a.csv", limits=few)
