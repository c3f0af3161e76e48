"""What is shown to who may not see pupils: nothing from fewer than ten."""

from typing import Any

import pytest

from trials.reports.balancing import balance_shown
from trials.reports.showing import without_small_groups


def level(name: str, size: int) -> dict[str, Any]:
    """A subgroup with ``size`` pupils in either arm."""
    sides = {"arm": {"pupils": size}, "control": {"pupils": size}}
    counts = {"level": name, "n_pupils": 2 * size, "n_schools": 4}
    return counts | {"refused": None, "contrasts": [{"n": sides}]}


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ([30, 40, 50], [30, 40, 50]),
        ([9, 40, 50], [None, None, 50]),  # the whole less two others would give the third
        ([9, 40], [None, None]),
        ([3, 9, 50], [None, None, 50]),
        ([10, 40, 50], [10, 40, 50]),
        ([40, 9, 50], [None, None, 50]),
        ([9], [None]),
    ],
)
def test_groups_of_fewer_than_ten_are_withheld_and_cannot_be_had(
    sizes: list[int], kept: list[int | None]
) -> None:
    levels = [level(name, size) for name, size in zip("abc", sizes, strict=False)]
    interactions = [{"term": f"arm[x]:g[{name}]"} for name in "bc"[: len(sizes) - 1]]
    group = {"column": "g", "levels": levels, "interactions": interactions}

    shown = without_small_groups({"contrasts": [], "subgroups": [group]})["subgroups"][0]

    arms = [level["contrasts"][0]["n"]["arm"]["pupils"] if level["contrasts"] else None
            for level in shown["levels"]]  # fmt: skip
    assert arms == kept
    assert len(shown["interactions"]) == (len(interactions) if None not in kept else 0)


def test_differences_between_groups_that_are_shown_stay() -> None:
    """Two small ones are enough to hide each other; the first group is what others differ from."""
    levels = [level(name, size) for name, size in zip("abcd", (50, 40, 3, 9), strict=True)]
    interactions = [{"term": f"arm[x]:g[{name}]"} for name in "bcd"]
    group = {"column": "g", "levels": levels, "interactions": interactions}

    shown = without_small_groups({"contrasts": [], "subgroups": [group]})["subgroups"][0]

    assert [one["term"] for one in shown["interactions"]] == ["arm[x]:g[b]"]


@pytest.mark.parametrize(
    ("pupils", "shown"), [((9, 40), False), ((40, 9), False), ((10, 40), True)]
)
def test_means_of_fewer_than_ten_pupils_are_not_shown(pupils: tuple[int, int], shown: bool) -> None:
    n = {side: {"pupils": size} for side, size in zip(("arm", "control"), pupils, strict=True)}
    means = {side: {"mean": 31.0, "sd": 5.0} for side in n}
    result = {"contrasts": [{"n": n, "unadjusted_means": means, "estimate": 0.3}]}

    (contrast,) = without_small_groups(result)["contrasts"]

    assert contrast == {"n": n, "unadjusted_means": means if shown else {}, "estimate": 0.3}


def test_a_trait_of_fewer_than_ten_pupils_is_in_no_balance_table() -> None:
    """Six pupils of one arm have level a; with b alone beside it, b would tell a."""

    def row(name: str, sample: str, arm: tuple[float, int], control: tuple[float, int]) -> Any:
        sides = {
            side: {"mean": mean, "sd": 1.0, "n": n, "missing": 0}
            for side, (mean, n) in (("arm", arm), ("control", control))
        }
        return {"name": name, "arm": "x", "sample": sample, "sides": sides, "difference": 0.1}

    rows = [
        row("sex[a]", "as randomised", (0.06, 100), (0.2, 100)),
        row("sex[b]", "as randomised", (0.94, 100), (0.8, 100)),
        row("pre", "as randomised", (30, 100), (31, 100)),
        row("pre", "as analysed", (30, 96), (31, 80)),  # four were lost: theirs could be had
        row("post", "as randomised", (30, 100), (31, 100)),
        row("post", "as analysed", (30, 100), (31, 80)),
        row("town[a]", "as randomised", (0.3, 100), (0.1, 100)),
        row("town[b]", "as randomised", (0.7, 100), (0.9, 100)),
        row("late", "as randomised", (30, 9), (31, 100)),
        row("last", "as randomised", (30, 100), (31, 100)),
        row("last", "as analysed", (30, 90), (31, 99)),  # one was lost
    ]

    shown = balance_shown(rows, 10)

    withheld = [one["name"] + one["sample"][3:6] for one in shown if one.get("withheld")]
    assert withheld == ["sex[a]ran", "sex[b]ran", "preana", "lateran", "lastana"]
    figures = [
        side["mean"] for one in shown if one.get("withheld") for side in one["sides"].values()
    ]
    assert set(figures) == {None}


def test_balance_is_withheld_with_the_rest_of_a_result() -> None:
    sides = {side: {"mean": 30.0, "sd": 1.0, "n": 9, "missing": 0} for side in ("arm", "control")}
    row = {"name": "pre", "arm": "x", "sample": "as randomised", "sides": sides, "difference": 0.1}

    shown = without_small_groups({"contrasts": [], "balance": [row]})

    assert shown["balance"][0]["withheld"]
