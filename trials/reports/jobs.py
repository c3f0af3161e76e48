"""The job that makes the estimates that were asked, one step each."""

from collections.abc import Iterator

from sqlalchemy import select

from trials.jobs import Step, Tools, job, sweep
from trials.reports.handing import JOB
from trials.reports.models import Estimation
from trials.reports.services import estimating


@job(JOB)
def estimate(estimation_id: int, step: Step) -> None:
    """Make what was asked; killed in between, only what is not stored yet is made."""
    for place in range(step(_count, estimation_id)):
        step(_make_one, estimation_id, place)
    step(_finish, estimation_id)


@sweep
def waiting(tools: Tools) -> Iterator[tuple[str, int]]:
    """Find the requests that nobody has answered yet."""
    with tools.sessions() as session:
        found = session.scalars(
            select(Estimation.id).where(Estimation.finished_at.is_(None)).order_by(Estimation.id)
        ).all()
    yield from ((JOB, number) for number in found)


def _count(tools: Tools, estimation_id: int) -> int:
    with tools.sessions() as session:
        return estimating.how_many(session, estimation_id)


def _make_one(tools: Tools, estimation_id: int, place: int) -> None:
    with tools.sessions() as session:
        estimating.make_one(session, estimation_id=estimation_id, place=place, now=tools.clock())


def _finish(tools: Tools, estimation_id: int) -> None:
    with tools.sessions() as session:
        estimating.finish(session, estimation_id=estimation_id, now=tools.clock())
