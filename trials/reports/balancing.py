"""Balance at baseline without a trait of fewer than ten pupils, said or to be worked out."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

RANDOMISED, ANALYSED = "as randomised", "as analysed"


def balance_shown(rows: Iterable[dict[str, Any]], least: int) -> list[dict[str, Any]]:
    """Return the rows of a balance table; what is withheld has no figures and is marked so.

    Withheld are levels that fewer than ``least`` pupils of an arm have, with one more level where
    the rest would give it away, and pupils as analysed where those drawn but not analysed are few.
    """
    found = list(rows)
    hidden = {id(row) for row in _small(found, least)} | {
        id(row) for row in _few_lost(found, least)
    }
    return [_withheld(row) if id(row) in hidden else row for row in found]


def _small(rows: list[dict[str, Any]], least: int) -> list[dict[str, Any]]:
    columns = defaultdict(list)
    for row in rows:
        columns[row["name"].partition("[")[0], row["arm"], row["sample"]].append(row)
    found = []
    for levels in columns.values():
        small = [row for row in levels if _smallest(row) < least]
        if len(small) == 1 and len(levels) > 1:
            rest = [row for row in levels if row is not small[0]]
            small.append(min(rest, key=_smallest))
        found += small
    return found


def _smallest(row: dict[str, Any]) -> int:
    """Return how many pupils of the smaller arm a row is about; of a level, those who have it."""
    level = "[" in row["name"]
    return min(
        round(side["mean"] * side["n"]) if level and side["mean"] is not None else side["n"]
        for side in row["sides"].values()
    )


def _few_lost(rows: list[dict[str, Any]], least: int) -> list[dict[str, Any]]:
    drawn = {(row["name"], row["arm"]): row["sides"] for row in rows if row["sample"] == RANDOMISED}
    return [
        row
        for row in rows
        if row["sample"] == ANALYSED
        and any(
            0 < drawn[row["name"], row["arm"]][side]["n"] - row["sides"][side]["n"] < least
            for side in row["sides"]
        )
    ]


def _withheld(row: dict[str, Any]) -> dict[str, Any]:
    sides = {name: {"mean": None, "sd": None, "n": None, "missing": None} for name in row["sides"]}
    return row | {"sides": sides, "difference": None, "withheld": True}
