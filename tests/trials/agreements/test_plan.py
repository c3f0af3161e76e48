"""A plan can only name what the locked protocol has."""

import pytest

from tests.trials.agreements.cast import changed
from trials.agreements.example import PLAN, PROTOCOL
from trials.agreements.plan import read_plan
from trials.agreements.protocol import as_content
from trials.agreements.protocol_reading import read_protocol
from trials.errors import BadInput

PROTOCOL_READ = read_protocol(PROTOCOL)


def _fields(content, protocol=PROTOCOL_READ):
    with pytest.raises(BadInput) as refusal:
        read_plan(content, protocol)
    return {problem.values["field"] for problem in refusal.value.problems}


def test_reading_and_writing_a_plan_loses_nothing():
    assert as_content(read_plan(PLAN, PROTOCOL_READ)) == PLAN


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("outcome", "language_pre", "outcome"),
        ("wave", 2, "outcome"),
        ("secondary", ["language_post"], "secondary"),
        ("covariates", ["language_post"], "covariates"),
        ("covariates", ["shoe_size"], "covariates"),
        ("categorical", ["sex"], "categorical"),
        ("strata", ["province"], "strata"),
        ("subgroups.0.column", "language_post", "subgroups"),
        ("smallest_subgroup", 9, "smallest_subgroup"),
        ("compliance.dose", "goodwill", "compliance.dose"),
        ("design", "multisite", "design"),
        ("design", "matched", "design"),
        ("df_method", "guess", "df_method"),
        ("level", 1, "level"),
        ("missing.rule", "impute_above", "missing.imputations"),
        ("missing.imputations", 20, "missing.imputations"),
        ("missing.text_nl", "", "missing.text_nl"),
        ("permutations", -1, "permutations"),
        ("p_value", 0.04, "p_value"),
    ],
)
def test_each_mistake_is_refused_by_the_name_of_its_field(path, value, field):
    assert field in _fields(changed(PLAN, path, value))


def test_pupils_drawn_within_schools_are_not_analysed_as_schools():
    within = read_protocol(changed(PROTOCOL, "unit", "pupil"))

    assert _fields(PLAN, within) == {"design"}
    assert read_plan(PLAN | {"design": "multisite-slope"}, within).wave == 1


def test_a_signed_plan_is_read_even_when_the_protocol_moved_on():
    assert read_plan(PLAN | {"covariates": ["gone"]}, None).covariates == ("gone",)
