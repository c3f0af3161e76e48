import os
import signal
import threading

import numpy as np
import pytest

from analysis.engine.cores import MANY, in_shares
from analysis.engine.grouping import group


@pytest.fixture(autouse=True)
def four_cores(monkeypatch):
    monkeypatch.setattr("analysis.engine.cores._cores", lambda: 4)


@pytest.mark.parametrize("items", [1, 3, 4, 10])
def test_shares_are_of_about_one_size_and_cover_every_item_in_order(items):
    shares = in_shares(lambda first, end: (first, end), items, MANY)

    assert len(shares) == min(4, items)
    assert [k for first, end in shares for k in range(first, end)] == list(range(items))
    assert {end - first for first, end in shares} <= {items // 4, -(-items // 4)}


def test_few_pupils_stay_in_the_thread_that_asks():
    def thread(first, end):
        return threading.get_ident()

    assert in_shares(thread, 100, MANY - 1) == [threading.get_ident()]
    assert len(in_shares(thread, 100, MANY)) == 4


@pytest.mark.parametrize("bad", [0, 3])  # of the thread that asks, and of another
def test_what_goes_wrong_in_a_share_reaches_who_asked(bad):
    def task(first, end):
        if first <= bad < end:
            raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        in_shares(task, 4, MANY)

    assert in_shares(lambda first, end: first, 4, MANY) == [0, 1, 2, 3]  # the next pass is well


def test_no_pass_adds_threads_to_those_that_wait():
    in_shares(lambda first, end: None, 4, MANY)
    before = threading.active_count()

    for _ in range(20):
        in_shares(lambda first, end: None, 4, MANY)

    assert threading.active_count() == before


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # tests have threads of their own
def test_a_process_forked_after_a_pass_makes_its_own():
    school = np.repeat(np.arange(MANY // 20), 20)
    group(school)

    child = os.fork()
    if child == 0:
        signal.alarm(20)  # a thread waited for in vain ends as a failure
        os._exit(0 if group(school).sizes.size == MANY // 20 else 1)

    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("turned", [0, 1, MANY // 4 - 1, MANY // 4, MANY // 2, MANY - 2])
def test_pupils_out_of_order_are_found_wherever_two_shares_meet(turned):
    school = np.arange(MANY, dtype=np.int32)
    school[[turned, turned + 1]] = school[[turned + 1, turned]]

    found = group(school)

    assert found.order is not None
    assert np.array_equal(school[found.order], np.arange(MANY))
    assert found.sizes.size == MANY
