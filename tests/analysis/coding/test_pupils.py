import numpy as np

from analysis.coding.pupils import duplicated_pupils
from analysis.request import Request

MANY = 2**16  # schools and pupils whose pairs are more than a code can number


def test_many_schools_may_number_their_pupils_alike():
    rows = np.arange(MANY + 1)
    frame = {"y": rows * 1.0, "school": rows, "pupil": rows % MANY}
    request = Request(outcome="y", school="school")

    assert duplicated_pupils(frame, request, rows + 1) == ()
    frame["school"] = rows % MANY
    assert "row 65537" in duplicated_pupils(frame, request, rows + 1)[0]
