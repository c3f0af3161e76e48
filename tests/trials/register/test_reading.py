"""Bytes become rows of text, whatever DUO did to them, or are refused whole."""

import gzip

import pytest

from trials.errors import BadInput
from trials.register.published import PRIMARY_2020
from trials.register.reading import read_table

TABLE = "NAAM;PLAATS\nDe Hoeksteen;Súdwest-Fryslân\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_encoding_duo_uses_gives_the_same_words(encoding: str) -> None:
    table = read_table("a.csv", TABLE.encode(encoding))

    assert table.columns == ("NAAM", "PLAATS")
    assert table.rows == (("De Hoeksteen", "Súdwest-Fryslân"),)


def test_a_packed_copy_is_the_same_file() -> None:
    plain = read_table("a.csv", TABLE.encode())
    packed = read_table("a.csv.gz", gzip.compress(TABLE.encode()))

    assert packed.sha256 == plain.sha256
    assert packed.rows == plain.rows


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_read_from_the_header(delimiter: str) -> None:
    content = TABLE.replace(";", delimiter).encode()

    assert read_table("a.csv", content).columns == ("NAAM", "PLAATS")


def test_doubled_quotes_and_blanks_are_undone() -> None:
    table = read_table("a.csv", b'A;B;C\n"BS ""De Maasparel""";          ; 637\n')

    assert table.rows == (('BS "De Maasparel"', "", "637"),)


def test_the_carried_register_is_the_published_one() -> None:
    table = read_table(PRIMARY_2020.name, PRIMARY_2020.content())

    assert table.sha256 == "646204ff74244d200280ba9a71448e7b02bb4b04362eb71f3f0843e95809d7b6"
    assert (len(table.rows), len(table.columns)) == (6268, 30)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TABLE.encode("utf-16"), "a.csv is neither UTF-8 nor Windows-1252"),
        (b"PK\x03\x04 and so on", "save the table as CSV"),
        (b"NAAM;PLAATS\n", "holds no rows"),
        (b"", "holds no rows"),
        (TABLE.encode() + b"half a row\n", "row 3: 1 cells where the header has 2 columns"),
        (gzip.compress(TABLE.encode(), mtime=0)[:20], "damaged"),
    ],
)
def test_what_is_no_such_table_is_refused_with_the_cure(content: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_table("a.csv", content)


def test_a_packed_file_that_unpacks_without_end_is_refused() -> None:
    bomb = gzip.compress(b"0" * (64 * 2**20 + 1))

    with pytest.raises(BadInput, match="larger than 64 MB"):
        read_table("bomb.csv.gz", bomb)
