"""What the plan asks for, and what it leaves to the evaluator."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from trials.agreements.example import PLAN, PROTOCOL
from trials.agreements.plan import read_plan
from trials.agreements.protocol_reading import read_protocol
from trials.errors import BadInput
from trials.reports.planned import analyses_of
from trials.reports.services.exploring import choices_of

YEARS = ["2027-2028", "2028-2029"]
WITHIN = {"code": "school", "title_nl": "School", "title_en": "School", "source": "site"}


@pytest.fixture
def content() -> dict[str, Any]:
    """A protocol that tests its outcome twice."""
    found = copy.deepcopy(PROTOCOL) | {"unit": "class"}
    found["instruments"].append(found["instruments"][1] | {"wave": 2, "primary": False})
    return found


def crossed(content: dict[str, Any]) -> dict[str, Any]:
    strata = [WITHIN | {"bounds": [], "levels": []}]
    return content | {"draw": content["draw"] | {"strata": strata, "school_years": YEARS}}


def test_after_the_groups_of_a_crossover_changed_places_nothing_is_estimated(
    content: dict[str, Any],
) -> None:
    """By the arm that was drawn the second round would count against the wrong group."""
    plan = replace(read_plan(PLAN, None), secondary=("language_post",))
    plain, crossover = read_protocol(content), read_protocol(crossed(content))

    def subjects(protocol) -> set[str]:
        return {one.subject for one in analyses_of(plan, protocol, ())}

    assert subjects(plain) - subjects(crossover) == {"language_post_2"}
    assert choices_of(plain).outcomes == ("language_post", "language_post_2")
    assert choices_of(crossover).outcomes == ("language_post",)


def test_a_crossover_is_judged_on_its_first_year(content: dict[str, Any]) -> None:
    content["instruments"][1]["primary"], content["instruments"][2]["primary"] = False, True
    read_protocol(content)

    with pytest.raises(BadInput) as refused:
        read_protocol(crossed(content))

    (problem,) = refused.value.problems
    assert "the primary outcome is that of the first school year" in str(problem)
