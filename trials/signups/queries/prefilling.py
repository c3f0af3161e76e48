"""What a school need not type: groups by the register, and its own last answers."""

import math
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.days import day_of
from trials.register.queries import newest_figures, site_by_id
from trials.signups.models import SchoolCall, Signup

GRADES_OF_SECTOR = {"bo": 8, "sbo": 8}  # others say too little about one grade
ONE_GRADE = {"groep 8": "grade8_pupils", "klas 1": "year1_pupils", "leerjaar 1": "year1_pupils"}
USUAL_CLASS = 28  # pupils; above it a second class is likely


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Classes and pupils of a grade, as far as the register tells; None where it does not."""

    grade: str
    classes: int | None
    pupils: int | None


def suggested_groups(
    session: Session, signup: Signup, call: SchoolCall, now: datetime
) -> list[Suggestion]:
    """Return the stated groups, else what the register makes likely, one per grade of the call."""
    stated = {group.grade: group for group in signup.groups}
    if stated:
        return [
            Suggestion(grade, stated[grade].classes, stated[grade].pupils)
            if grade in stated
            else Suggestion(grade, None, None)
            for grade in call.grades
        ]
    site = site_by_id(session, signup.site_id, day_of(now))
    whole = site.pupils.value if site.pupils else None
    return [
        _suggestion(grade, _of_grade(session, signup.site_id, grade, whole, site.sector))
        for grade in call.grades
    ]


def last_answers(session: Session, signup: Signup) -> Signup | None:
    """Return the school's newest earlier sign-up for another trial, for its answers on tests."""
    return session.scalar(
        select(Signup)
        .where(Signup.site_id == signup.site_id, Signup.id != signup.id, Signup.tests != "")
        .order_by(Signup.interested_at.desc())
        .limit(1)
    )


def _of_grade(
    session: Session, site_id: int, grade: str, whole: float | None, sector: str
) -> int | None:
    figure = ONE_GRADE.get(grade)
    known = newest_figures(session, {site_id}, figure).get(site_id) if figure else None
    if known is not None and known.value:
        return round(known.value)
    if whole and sector in GRADES_OF_SECTOR:
        return max(1, round(whole / GRADES_OF_SECTOR[sector]))
    return None


def _suggestion(grade: str, pupils: int | None) -> Suggestion:
    classes = math.ceil(pupils / USUAL_CLASS) if pupils else None
    return Suggestion(grade, classes, pupils)
