import numpy as np
import pandas as pd
import pytest

from analysis import AnalysisError
from analysis.coding.columns import Labels, Numbers, label_column, number_column

ROWS = np.arange(2, 12)


def column(cells, **options):
    cells = pd.Series(cells)
    options = {"missing": (), "rows": ROWS[: len(cells)]} | options
    return number_column({"score": cells}, "score", **options)


def test_numbers_stay_numbers_and_an_empty_cell_is_missing():
    found = column([1, None, 3.5])

    assert isinstance(found, Numbers)
    assert found.missing.tolist() == [False, True, False]


def test_numbers_written_as_text_are_numbers_with_either_decimal_mark():
    found = column(["1,5", " 2 ", "", "-0.25"])

    assert isinstance(found, Numbers)
    assert found.values[[0, 1, 3]].tolist() == [1.5, 2.0, -0.25]
    assert found.missing.tolist() == [False, False, True, False]


def test_text_becomes_labels_in_sorted_order():
    found = column(["boys", None, "mixed", "boys"])

    assert isinstance(found, Labels)
    assert found.levels == ("boys", "mixed")
    assert found.codes.tolist() == [0, -1, 1, 0]


def test_text_among_numbers_is_refused_by_row():
    with pytest.raises(AnalysisError, match=r"column score holds numbers, but row 3, 5 holds text"):
        column([12.0, "ziek", "13", "n.v.t.", 14, 15])


def test_text_named_as_missing_leaves_numbers():
    found = column(["12", "ziek", "13"], missing=("ziek",))

    assert isinstance(found, Numbers)
    assert found.missing.tolist() == [False, True, False]


def test_a_number_named_as_missing_is_missing():
    assert column([12.0, 999.0], missing=("999",)).missing.tolist() == [False, True]


@pytest.mark.parametrize("cells", [[1.0, np.inf], ["1", "-inf"], [1.0, 1e300], ["1", "1e300"]])
def test_an_infinite_or_enormous_value_is_refused_by_row_and_column(cells):
    with pytest.raises(AnalysisError, match="column score: row 3 holds an infinite value"):
        column(cells)


def test_a_column_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(AnalysisError, match=r"no column Score; the columns are score"):
        number_column({"score": [1]}, "Score", missing=(), rows=ROWS)


def test_labels_of_numbers_are_short_and_in_numeric_order():
    found = label_column({"school": np.array([10.0, 9.0, np.nan, 2.5])}, "school")

    assert found.levels == ("2.5", "9", "10")
    assert found.codes.tolist() == [2, 1, -1, 0]


def test_levels_that_are_gone_are_forgotten():
    kept = label_column({"arm": ["a", "b", "c"]}, "arm").take(np.array([True, False, True]))

    assert kept.levels == ("a", "c")
    assert kept.codes.tolist() == [0, 1]
