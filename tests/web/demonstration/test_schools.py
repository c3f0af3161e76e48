"""The demonstration's data are the published ones, and only the effect is planted."""

import statistics
from datetime import date

import pytest

from web.demonstration.schools import demo_schools, outcome_file, planted_points, pupils_file

DAY = date(2027, 5, 12)


def test_the_published_counts() -> None:
    schools = demo_schools()

    assert len(schools) == 216
    assert sum(len(school.pupils) for school in schools) == 4106
    assert sum(not school.has_baseline for school in schools) == 14
    assert sum(school.denomination == "" for school in schools) == 13
    assert sum(p.pre == "" for s in schools for p in s.pupils) == 320
    assert sum(p.post == "" for s in schools for p in s.pupils) == 204


def test_the_planted_effect_is_a_fifth_of_a_standard_deviation() -> None:
    posts = [float(p.post) for s in demo_schools() for p in s.pupils if p.post]

    assert planted_points() == pytest.approx(0.20 * statistics.stdev(posts))
    assert max(posts) + planted_points() <= 60  # stays within the instrument's range


def test_files_are_as_schools_send_them() -> None:
    school = demo_schools()[0]

    assert pupils_file(school, DAY).startswith(
        b"pupil;sex;language_pre;taken_on\r\n1;1;33;12-05-2027"
    )
    control = outcome_file(school, DAY, intervention=False).decode().splitlines()
    treated = outcome_file(school, DAY, intervention=True).decode().splitlines()
    assert control[1] == "2;50;12-05-2027"  # pupil 1 has no post-test
    assert treated[1] == "2;51,781;12-05-2027"
