"""Whether a file seems to hold a pupil twice."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.coding.columns import label_column, row_list
from analysis.engine.arrays import Ints
from analysis.notices import TWICE
from analysis.request import Request

NAMES = frozenset(
    {"pupil", "pupil_id", "pupilid", "student", "student_id", "studentid", "pseudonym"}
    | {"leerling", "leerling_id", "leerlingnummer", "pseudoniem"}
)


def duplicated_pupils(frame: Mapping[str, Any], request: Request, rows: Ints) -> tuple[str, ...]:
    """Return a sentence for each column that names pupils and repeats one inside a school."""
    used = {request.outcome, request.school, request.arm, request.klass}
    used |= {*request.covariates, *request.strata, *request.subgroups, request.dose}
    named = [name for name in frame if name.lower() in NAMES and name not in used]
    if not named:
        return ()
    school, found = label_column(frame, request.school), []
    for name in named:
        pupil = label_column(frame, name)
        known = np.flatnonzero(~pupil.missing & ~school.missing)
        pair = school.codes[known].astype(np.intp) * len(pupil.levels) + pupil.codes[known]
        first = np.unique(pair, return_index=True)[1]
        again = np.delete(known, first)
        if again.size:
            found.append(TWICE.told(column=name, rows=row_list(rows[again])))
    return tuple(found)
