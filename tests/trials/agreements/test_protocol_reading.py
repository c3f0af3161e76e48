"""A protocol is refused whole, with every field that needs mending named."""

import json

import pytest

from tests.trials.agreements.cast import changed
from trials.agreements.example import PROTOCOL
from trials.agreements.protocol import Protocol, as_content
from trials.agreements.protocol_reading import read_protocol
from trials.errors import BadInput


def _problems(content: object) -> dict[str, str]:
    with pytest.raises(BadInput) as refusal:
        read_protocol(content)
    return {problem.values["field"]: problem.sentence for problem in refusal.value.problems}


def test_reading_and_writing_a_protocol_loses_nothing():
    protocol = read_protocol(PROTOCOL)

    assert as_content(protocol) == PROTOCOL
    assert read_protocol(json.loads(json.dumps(as_content(protocol)))) == protocol


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("unit", "village", "unit"),
        ("question_nl", "  ", "question_nl"),
        ("size.sites", 1, "size.sites"),
        ("size.sites", True, "size.sites"),
        ("size.icc", 1.0, "size.icc"),
        ("size.power", "0.8", "size.power"),
        ("arms.1.ratio", 0, "arms.1.ratio"),
        ("arms.1.label", "Samen lezen", "arms.1.label"),
        ("arms.1.label", "controle", "arms"),
        ("arms", [], "arms"),
        ("eligibility.sectors", [], "eligibility.sectors"),
        ("eligibility.sectors", ["bo", "bo"], "eligibility.sectors"),
        ("eligibility.questions.0.must_be", "no", "eligibility.questions.0.must_be"),
        ("eligibility.questions.0", "why?", "eligibility.questions.0"),
        ("draw.strata.0.bounds", [], "draw.strata.0.bounds"),
        ("draw.strata.0.bounds", [30, 20], "draw.strata.0.bounds"),
        ("draw.strata.0.bounds", ["20"], "draw.strata.0.bounds"),
        ("draw.strata.1.bounds", [3], "draw.strata.1.bounds"),
        ("draw.covariates", ["language_pre"], "draw.covariates"),
        ("draw.covariates", ["shoe_size"], "draw.covariates"),
        ("instruments.1.highest", 0, "instruments.1.highest"),
        ("instruments.1.primary", False, "instruments"),
        ("instruments.0.primary", True, "instruments"),
        ("instruments.1.code", "1st test", "instruments.1.code"),
        ("instruments.1.code", "x" * 33, "instruments.1.code"),
        ("columns.0.role", "covariate", "columns"),
        ("columns.1.code", "pupil", "columns"),
        ("baseline", "language_post", "baseline"),
        ("baseline", "", "baseline"),
        ("compliance.dose", "goodwill", "compliance.dose"),
        ("delivery_until", "2027-08-29", "delivery_until"),
        ("delivery_from", "30 augustus 2027", "delivery_from"),
        ("ethics_number", "", "ethics_number"),
        ("seed", 42, "seed"),
        ("arms.0.seed", 42, "arms.0.seed"),
    ],
)
def test_each_mistake_is_refused_by_the_name_of_its_field(path, value, named):
    assert named in _problems(changed(PROTOCOL, path, value))


def test_all_problems_come_at_once():
    content = changed(PROTOCOL, "unit", "village") | {"council_right": None, "registry_id": ""}

    assert set(_problems(content)) == {"unit", "council_right", "registry_id"}


@pytest.mark.parametrize("content", [None, [], "protocol", 3, {}])
def test_what_is_no_protocol_at_all_is_refused_without_a_crash(content):
    assert len(_problems(content)) >= 1


def test_a_pupil_count_on_the_bound_is_in_the_higher_band():
    size = read_protocol(PROTOCOL).draw.strata[0]

    assert [size.level(n) for n in (19, 20, 21, None)] == ["klein", "groot", "groot", "onbekend"]


def test_a_stratum_of_text_is_the_text_itself_and_a_blank_is_unknown():
    denomination = read_protocol(PROTOCOL).draw.strata[1]

    assert denomination.level("Rooms-Katholiek") == "Rooms-Katholiek"
    assert denomination.level("") == "onbekend"


def test_only_listed_columns_and_scores_may_leave_a_school():
    protocol: Protocol = read_protocol(PROTOCOL)

    assert protocol.data_list() == (
        "pupil",
        "class",
        "sex",
        "ses",
        "taken_on",
        "language_pre",
        "language_post",
    )
