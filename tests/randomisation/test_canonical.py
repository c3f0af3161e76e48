"""One value, one sequence of bytes."""

import pytest

from randomisation.canonical import canonical, digest, read_json
from randomisation.errors import RecordError

DECOMPOSED, COMPOSED = "e\u0301e\u0301n", "\u00e9\u00e9n"


def test_keys_are_sorted_by_code_point_and_nothing_is_escaped():
    value = {"é": 1, "z": [2, {"b": "x", "a": ""}], "Z": -3}

    assert canonical(value) == '{"Z":-3,"z":[2,{"a":"","b":"x"}],"é":1}'.encode()


def test_two_spellings_of_one_text_have_one_hash():
    assert DECOMPOSED != COMPOSED
    assert digest({DECOMPOSED: DECOMPOSED}) == digest({COMPOSED: COMPOSED})
    assert read_json(f'"{DECOMPOSED}"') == COMPOSED


def test_what_is_written_is_read_back():
    value = {"text": 'a "b" \\ \n', "list": [0, -1, 2**70, {}]}

    assert read_json(canonical(value)) == value


@pytest.mark.parametrize("value", [1.0, float("nan"), None, True, {1: "a"}, {"a": {1, 2}}])
def test_other_values_have_no_canonical_form(value):
    with pytest.raises(RecordError):
        canonical(value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": 1, "a": 1}', 'the key "a" occurs twice'),
        (f'{{"{DECOMPOSED}": 1, "{COMPOSED}": 1}}', "occurs twice"),
        ('{"a": {"b": 1, "b": 2}}', 'the key "b" occurs twice'),
        ("[1.0]", "1.0 is not a whole number"),
        ("[1e2]", "1e2 is not a whole number"),
        ("[NaN]", "NaN is not a whole number"),
        ("[-0]", "-0 is not how a whole number is written"),
        ("[true]", "True cannot stand in a record"),
        ('["\\ud800"]', "half a character"),
        ("{", "not a JSON document"),
        ("[" * 100_000, "not a JSON document"),
        ("9" * 5_000, "not a JSON document"),
        (b'"\xe9"', "not a JSON document"),
        (b"\xef\xbb\xbf{}", "not a JSON document"),
    ],
)
def test_refused_on_reading(text, sentence):
    with pytest.raises(RecordError, match=sentence):
        read_json(text)
