"""Long passes over pupils on all cores; numpy computes outside Python's lock."""

import os
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")

MANY = 200_000  # pupils below which one core is done before a second has begun


def in_shares(task: Callable[[int, int], T], items: int, pupils: int) -> list[T]:
    """Return ``task(first, end)`` of equal shares of ``items``, in order; one share a core.

    How many cores there are must not be seen in what the shares amount to.
    """
    shares = max(1, min(_cores() if pupils >= MANY else 1, items))
    edges = [items * k // shares for k in range(shares + 1)]
    if shares == 1:
        return [task(0, items)]
    others = [_pool(os.getpid()).submit(task, *share) for share in pairwise(edges[1:])]
    return [task(0, edges[1]), *(other.result() for other in others)]


@cache
def _pool(process: int) -> "ThreadPoolExecutor":
    """Return threads that wait for the next pass; a forked process has none of its parent's."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(_cores() - 1, thread_name_prefix=f"pass-{process}")


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # the cores this process may use, on Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
