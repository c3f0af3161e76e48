"""Codes, numbers and names, each in every shape the published files give them."""

import pytest

from trials.errors import BadInput
from trials.register import cells


@pytest.mark.parametrize(
    ("brin", "site"), [("16AH", "16AH00"), ("16AH", "00"), ("", "16AH00"), ("16ah", "00")]
)
def test_a_site_code_is_six_characters_in_all_three_shapes(brin: str, site: str) -> None:
    assert cells.site_code(brin, site) == "16AH00"


@pytest.mark.parametrize(
    ("brin", "site"), [("16AH", "0"), ("", "16AH"), ("16AH", "16BX00"), ("1E+03", "00")]
)
def test_what_is_no_site_code_is_refused(brin: str, site: str) -> None:
    with pytest.raises(BadInput, match="download"):
        cells.site_code(brin, site)


def test_a_municipality_gets_its_leading_zeros_back() -> None:
    assert cells.municipality_code("637") == cells.municipality_code("0637") == "0637"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("538,636363636364", 538.636363636364), ("33.02", 33.02), ("12", 12.0)],
)
def test_a_decimal_comma_and_a_decimal_point_are_both_read(cell: str, value: float) -> None:
    assert cells.number(cell, whole=False) == (value, None)


@pytest.mark.parametrize("mask", ["<5", "< 5", "x", "X"])
def test_a_masked_cell_keeps_its_mark(mask: str) -> None:
    assert cells.number(mask, whole=True) == (None, mask)


@pytest.mark.parametrize("cell", ["1.234", "12,5", "-3", "veel", "1e3"])
def test_a_count_is_a_whole_number_or_refused(cell: str) -> None:
    with pytest.raises(BadInput, match=r"no (whole )?number"):
        cells.number(cell, whole=True)


@pytest.mark.parametrize("name", ["Dalton Kindcentrum ’t Kompas", "Spr@nkel", "Plein³", "Dalí"])
def test_real_names_pass(name: str) -> None:
    assert cells.text(name, 200) == name


@pytest.mark.parametrize("name", ["FryslÃ¢n", "Hindoe‹stisch", "Frysl�n", "Hindoeâ€™s", "a\tb"])
def test_a_name_in_another_encoding_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="encoding is not UTF-8 or Windows-1252"):
        cells.text(name, 200)


def test_postcodes_are_written_one_way() -> None:
    assert cells.postcode("7822HG") == cells.postcode("7822 hg") == "7822 HG"
    with pytest.raises(BadInput, match="no postcode"):
        cells.postcode("782 HG")
