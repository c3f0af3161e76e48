"""The 216 schools and 4,106 pupils of ``data/brandsma.csv`` as a trial meets them."""

import csv
import statistics
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

DENOMINATIONS = {  # a blank is recoded before the roster is frozen
    "1": "Openbaar",
    "2": "Protestants-Christelijk",
    "3": "Rooms-Katholiek",
    "4": "Algemeen bijzonder",
    "": "",
}
PLANTED_EFFECT = 0.20  # standard deviations of the post-test, added to the intervention schools


@dataclass(frozen=True, slots=True)
class DemoPupil:
    number: str  # the school's own
    sex: str  # 0 boy, 1 girl or ""
    pre: str  # language pre-test as in the file, "" where missing
    post: str  # language post-test as in the file, "" where missing


@dataclass(frozen=True, slots=True)
class DemoSchool:
    number: int  # in the file: 1 to 259 with gaps
    place: int  # 1 to 216
    denomination: str
    pupils: tuple[DemoPupil, ...]

    @property
    def name(self) -> str:
        return f"Voorbeeldschool {self.place:03d}"

    @property
    def code(self) -> str:
        return f"VB{self.place:03d}"

    @property
    def has_baseline(self) -> bool:
        return any(pupil.pre for pupil in self.pupils)


@cache
def demo_schools() -> tuple[DemoSchool, ...]:
    """Return the schools in the order of the file."""
    by_school: dict[int, list[dict[str, str]]] = {}
    with (files("web.demonstration") / "data" / "brandsma.csv").open(encoding="utf-8") as source:
        for row in csv.DictReader(source):
            by_school.setdefault(int(row["sch"]), []).append(row)
    return tuple(
        DemoSchool(number, place, DENOMINATIONS[rows[0]["den"]], tuple(map(_pupil, rows)))
        for place, (number, rows) in enumerate(by_school.items(), start=1)
    )


def _pupil(row: dict[str, str]) -> DemoPupil:
    return DemoPupil(row["pup"], row["sex"], row["lpr"], row["lpo"])


@cache
def planted_points() -> float:
    """Return the planted effect in points of the post-test."""
    scores = [float(p.post) for school in demo_schools() for p in school.pupils if p.post]
    return PLANTED_EFFECT * statistics.stdev(scores)


def pupils_file(school: DemoSchool, taken_on: date) -> bytes:
    """Write pupils and pre-test as a school sends them: semicolons, Windows-1252, own dates."""
    lines = [f"{p.number};{p.sex};{p.pre};{taken_on:%d-%m-%Y}" for p in school.pupils]
    return _as_sent("pupil;sex;language_pre;taken_on", lines)


def outcome_file(school: DemoSchool, taken_on: date, *, intervention: bool) -> bytes:
    """Write the post-test, with the planted effect where the school drew the intervention."""
    extra = planted_points() if intervention else 0.0
    lines = [
        f"{p.number};{_points(p.post, extra)};{taken_on:%d-%m-%Y}" for p in school.pupils if p.post
    ]
    return _as_sent("pupil;language_post;taken_on", lines)


def _as_sent(header: str, lines: list[str]) -> bytes:
    return "\r\n".join([header, *lines, ""]).encode("cp1252")


def _points(score: str, extra: float) -> str:
    """Return a score with a decimal comma."""
    return f"{float(score) + extra:.4f}".rstrip("0").rstrip(".").replace(".", ",")
