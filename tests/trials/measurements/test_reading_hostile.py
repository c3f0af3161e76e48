"""Small files that would unpack to anything, and files that are none."""

import io
import zipfile

import pyarrow as pa
import pyreadstat
import pytest
import xlsxwriter
from pyarrow import parquet

from trials.errors import BadInput
from trials.measurements.reading import Limits, read_cells

SHEET = "xl/worksheets/sheet1.xml"
ROWS = b"</sheetData>"


def workbook(changes):
    """Return a workbook of one word in which bytes of its parts are replaced."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet().write_column(0, 0, ["naam", "Voorbeeldschool"])
    found = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            for before, after in changes.get(entry.filename, ()):
                assert before in content
                content = content.replace(before, after)
            new.writestr(entry.filename, content)
    return found.getvalue()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {SHEET: [(ROWS, b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>')]},
            "more than 250,000 rows",
        ),
        (
            {SHEET: [(ROWS, b"<row><c t='>' r = 'ALL3'/></row></sheetData>")]},
            "columns; at most 500",
        ),
        (
            {SHEET: [(ROWS, b"<row>" + b"<c/>" * 501 + b"</row></sheetData>")]},
            "columns; at most 500",
        ),
        ({SHEET: [(ROWS, b'<row r="90000"><c r="IV90000"/></row></sheetData>')]}, "of 256 columns"),
        (
            {
                SHEET: [
                    (ROWS, b"<row>" + b'<c t="s"><v>1</v></c>' * 400 + b"</row></sheetData>"),
                ],
                "xl/sharedStrings.xml": [(b"Voorbeeldschool", b"x" * 2_000_000)],
            },
            "too large when unpacked",
        ),
        (
            {
                SHEET: [(ROWS, b"<row>" + b"<c t='s'><v >1</v></c>" * 400 + b"</row></sheetData>")],
                "xl/sharedStrings.xml": [(b"Voorbeeldschool", b"x" * 2_000_000)],
            },
            "too large when unpacked",
        ),
    ],
    ids=["corner", "odd place", "no place", "area", "shared text", "shared text, odd"],
)
def test_a_small_workbook_may_not_grow_without_end(changes, sentence):
    content = workbook(changes)
    assert len(content) < 20_000

    with pytest.raises(BadInput, match=sentence):
        read_cells(content, name="a.xlsx")


def test_a_workbook_that_does_not_say_where_its_cells_are_is_read():
    plain = [(b' r="A1"', b""), (b' r="A2"', b""), (b' r="1"', b""), (b' r="2"', b"")]

    frame, _ = read_cells(workbook({SHEET: plain}), name="a.xlsx")

    assert frame.naam.tolist() == ["Voorbeeldschool"]


def written(table, **options):
    file = io.BytesIO()
    parquet.write_table(table, file, **options)
    return file.getvalue()


def test_a_text_repeated_without_end_is_refused_before_it_is_written_out():
    word = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000, pa.int32()), ["x" * 500_000])

    with pytest.raises(BadInput, match="too large when unpacked"):
        read_cells(written(pa.table({"a": word})), name="a.parquet")


def test_zeros_without_end_are_refused_by_their_area():
    few = Limits(megabytes=25, rows=250_000, columns=500, cells=999)

    with pytest.raises(BadInput, match="500 rows of 2 columns"):
        read_cells(
            written(pa.table({"a": [0] * 500, "b": [0] * 500})), name="a.parquet", limits=few
        )


def test_lists_in_cells_are_refused_by_name():
    with pytest.raises(BadInput, match="column a holds lists or tables"):
        read_cells(written(pa.table({"a": [[1, 2]]})), name="a.parquet")


def test_an_spss_file_that_does_not_say_how_long_it_is_is_held_to_the_limit(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pa.table({"a": [1.0] * 9}).to_pandas(), str(path))
    content = bytearray(path.read_bytes())
    content[80:84] = (-1).to_bytes(4, "little", signed=True)  # as some programs write it

    with pytest.raises(BadInput, match="more than 5 rows"):
        read_cells(bytes(content), name="a.sav", limits=Limits(1, 5, 5))


def test_a_name_of_a_column_may_hold_a_line_end():
    frame, reading = read_cells(b'"score\nvoor";school\n1;a\n2;b\n', name="a.csv")

    assert reading.columns == ("score\nvoor", "school")
    assert frame.index.tolist() == [2, 3]
    with pytest.raises(BadInput, match="row 3 has 1 cells"):
        read_cells(b'"score\nvoor";school\n1;a\n2\n', name="a.csv")


def test_a_byte_order_mark_of_four_bytes_is_not_taken_for_one_of_two():
    frame, reading = read_cells("a;b\n1;\u00e9".encode("utf-32"), name="a.csv")

    assert (frame.b.tolist(), reading.encoding) == (["\u00e9"], "UTF-32")
