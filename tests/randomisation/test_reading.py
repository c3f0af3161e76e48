"""What cannot be sealed is refused with a sentence that names the place."""

import copy

import pytest

from randomisation import Arm, DesignError, RecordError, Refusal, Unit, new_record, read_record


def changed(record, path, value):
    """Return a copy in which the value at the path is another, or gone when it is None."""
    record = copy.deepcopy(record)
    *way, last = path
    inner = record
    for step in way:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return record


REFUSALS = [
    (["units", 0, "stratum"], "", DesignError, "the stratum of S000 is blank"),
    (["units", 0, "stratum"], " \t", RecordError, "control character"),
    (["units", 0, "stratum"], 5, RecordError, "the stratum of S000 must be text, not 5"),
    (["units", 1, "id"], "S000", DesignError, "S000 is in the roster twice"),
    (["units", 1, "id"], "T", RecordError, "not sorted by id: S002 is too late"),
    (["units", 1, "id"], " ", RecordError, "the id of a unit is blank"),
    (["units", 1, "id"], "S\n1", RecordError, "the id of a unit holds a control character"),
    (["units", 1], "S001", RecordError, "a unit must be an object"),
    (["units", 1, "pupils"], 30, RecordError, 'a unit has an unknown key "pupils"'),
    (["units", 1, "covariates"], ["1"], DesignError, "S001 has 1 covariates; the method needs 2"),
    (["units", 1, "covariates"], ["1", 2], RecordError, "the covariates of S001 must be text"),
    (["units", 1, "covariates"], ["1", "1e3"], DesignError, 'S001 has the covariate "1e3"'),
    (["units", 1, "covariates"], ["1", "1,5"], DesignError, 'S001 has the covariate "1,5"'),
    (["units", 1, "covariates"], ["1", "٣"], DesignError, "write a decimal number"),
    (["units", 1, "covariates"], None, RecordError, "the covariates of S001 must be a list"),
    (["units"], [], RecordError, "units must be a list with at least one entry"),
    (["arms", 0, "ratio"], 0, DesignError, 'the ratio of arm "control" is 0'),
    (["arms", 0, "ratio"], -1, DesignError, 'the ratio of arm "control" is -1'),
    (["arms", 0, "ratio"], "1", RecordError, "must be a whole number, not '1'"),
    (["arms", 0, "label"], "intervention", DesignError, '"intervention" is named twice'),
    (["arms", 1], None, DesignError, "a draw has 2 to 100 arms, not 1"),
    (["entropy", 0, "party"], "evaluator", RecordError, '"evaluator" brings a nonce twice'),
    (["entropy", 0, "commitment"], None, RecordError, 'the commitment of "nro" must be 64'),
    (["entropy"], [], RecordError, "entropy must be a list"),
    (["method"], {"name": "coin"}, RecordError, "must be blocked or rerandomised"),
    (["method", "threshold"], "0.0", DesignError, 'the threshold "0.0" must be'),
    (["method", "threshold"], "-1", DesignError, 'the threshold "-1" must be'),
    (["method", "threshold"], "1/2", DesignError, 'the threshold "1/2" must be'),
    (["method", "max_candidates"], 0, DesignError, "max_candidates must be 1 or more"),
    (["method", "covariates", 0], "n_pupils", DesignError, "a covariate is named twice"),
    (["method"], {"name": "blocked"}, RecordError, 'a unit has an unknown key "covariates"'),
    (["salt"], "AB" * 32, RecordError, "salt must be 64 lower-case hexadecimal digits"),
    (["previous"], "", RecordError, "previous must be 64 lower-case hexadecimal digits"),
    (["spec"], "loting-draw/2", RecordError, 'follows "loting-draw/2", not loting-draw/1'),
    (["trial"], " ", RecordError, "the trial is blank"),
    (["trial"], None, RecordError, 'the record has no "trial"'),
    (["date"], "2027", RecordError, 'the record has an unknown key "date"'),
]


@pytest.mark.parametrize(("path", "value", "error", "sentence"), REFUSALS)
def test_refused(vectors, path, value, error, sentence):
    record = changed(vectors[3]["sealed"], path, value)

    with pytest.raises(Refusal, match=sentence) as refusal:
        read_record(record)
    assert type(refusal.value) is error


def test_ratios_must_be_in_lowest_terms(vectors):
    record = vectors[0]["sealed"] | {
        "arms": [{"label": "a", "ratio": 4}, {"label": "b", "ratio": 2}]
    }

    with pytest.raises(DesignError, match="4:2 are not in lowest terms; write 2:1"):
        read_record(record)


def test_a_constant_covariate_is_named(vectors):
    record = copy.deepcopy(vectors[3]["sealed"])
    for unit in record["units"]:
        unit["covariates"][1] = "5.0"
    record["units"][0]["covariates"][1] = "5"

    with pytest.raises(DesignError, match='"n_pupils" is the same for every unit'):
        read_record(record)


def test_a_covariate_that_follows_from_another_is_named(vectors):
    record = copy.deepcopy(vectors[3]["sealed"])
    for unit in record["units"]:
        unit["covariates"][1] = f"{2 * float(unit['covariates'][0]) + 1:.2f}"

    with pytest.raises(DesignError, match='"n_pupils" follows from those before it'):
        read_record(record)


def test_more_arms_than_units_are_refused(vectors):
    record = vectors[0]["sealed"] | {"units": vectors[0]["sealed"]["units"][:1]}

    with pytest.raises(DesignError, match="more arms than units"):
        read_record(record)


def test_freezing_sorts_the_units_by_the_bytes_of_their_ids(vectors):
    sealed = read_record(vectors[0]["sealed"])
    names = ["é", "a", "Z", "e\u0301f", "\U0001f600", "\uffff"]

    record = new_record(
        trial="t",
        arms=[Arm("a"), Arm("b", 2)],
        units=[Unit(name) for name in names],
        entropy=sealed.entropy,
        salt=sealed.salt,
    )

    assert [unit.id for unit in record.units] == ["Z", "a", "é", "éf", "\uffff", "\U0001f600"]


def test_one_unit_spelt_in_two_ways_is_there_twice(vectors):
    sealed = read_record(vectors[0]["sealed"])

    with pytest.raises(DesignError, match="é is in the roster twice"):
        new_record(
            trial="t",
            arms=[Arm("a"), Arm("b")],
            units=[Unit("\u00e9"), Unit("x"), Unit("e\u0301")],
            entropy=sealed.entropy,
            salt=sealed.salt,
        )


def test_a_record_is_written_as_it_was_read(vector):
    assert read_record(vector["sealed"]).to_dict() == vector["sealed"]
