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


def test_a_categorical_of_pandas_is_read_as_its_cells_are():
    cells = ["b", None, "n.v.t.", "a", "b"]
    ready = pd.Series(pd.Categorical(cells, categories=["b", "n.v.t.", "a", "never"]))

    found = label_column({"group": ready}, "group", missing=("n.v.t.",))

    plain = label_column({"group": cells}, "group", missing=("n.v.t.",))
    assert (found.levels, found.codes.tolist()) == (plain.levels, plain.codes.tolist())
    assert (found.levels, found.codes.tolist()) == (("a", "b"), [1, -1, -1, 0, 1])
    scores = column(pd.Categorical([2.5, None, 1.0]))
    assert isinstance(scores, Numbers)
    assert scores.values[[0, 2]].tolist() == [2.5, 1.0]


@pytest.mark.parametrize("cells", [[3.0, 1.0, 20_000_003.0], [3.0, 1.5, 20.0]])
def test_labels_far_apart_or_between_whole_numbers_are_sorted(cells):
    found = label_column({"school": np.array([*cells, cells[0]])}, "school")

    assert found.levels == tuple(f"{cell:.10g}" for cell in sorted(cells))
    assert found.codes.tolist() == [1, 0, 2, 1]


def test_the_missing_value_of_pandas_is_missing_among_texts_and_numbers():
    frame = {
        "school": pd.array(["a", None, "b"], dtype="string"),
        "y": pd.array([1, None, 3], dtype="Int64"),
    }

    assert label_column(frame, "school").codes.tolist() == [0, -1, 1]
    assert number_column(frame, "y", missing=(), rows=np.arange(3)).missing.tolist() == [0, 1, 0]


def test_numbers_among_objects_are_short_labels():
    assert label_column({"group": np.array([1.0, "x", 2], dtype=object)}, "group").levels == (
        "1",
        "2",
        "x",
    )


def test_a_refusal_names_five_rows_and_counts_the_others():
    with pytest.raises(AnalysisError, match=r"row 2, 3, 4, 5, 6, … \(\+1\) holds text"):
        column([*["ziek"] * 6, *range(10)], rows=np.arange(2, 18))
    with pytest.raises(AnalysisError, match=r"row 2, 3, 4, 5, 6 holds text"):
        column([*["ziek"] * 5, *range(10)], rows=np.arange(2, 17))


def test_levels_that_are_gone_are_forgotten():
    kept = label_column({"arm": ["a", "b", "c"]}, "arm").take(np.array([True, False, True]))

    assert kept.levels == ("a", "c")
    assert kept.codes.tolist() == [0, 1]
