"""Mergers of sites, which no published file states: recorded by hand, with a note."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import BadInput, Conflict, NotFound
from trials.permissions import Actor, Permission, require
from trials.register.models import Merger, Site, SiteKind, SiteVersion


def record_merger(
    session: Session,
    *,
    from_code: str,
    into_code: str,
    merged_on: date,
    note: str,
    actor: Actor,
    now: datetime,
) -> Merger:
    """Record by hand that a site went on in another; it closes on that day if it was open."""
    with transaction(session):
        require(actor, Permission.REGISTER_IMPORT)
        gone, into = _site(session, from_code), _site(session, into_code)
        if gone.id == into.id:
            raise BadInput("a site cannot merge into itself; give two site codes")
        _refuse_second_merger(session, gone, merged_on)
        merger = Merger(
            from_site_id=gone.id,
            into_site_id=into.id,
            merged_on=merged_on,
            recorded_by=actor.person_id,
            recorded_at=now,
            note=note,
        )
        session.add(merger)
        _close(session, gone, merged_on)
        session.flush()
        record(
            session,
            "merger_recorded",
            f"site_merger:{merger.id}",
            by=actor.person_id,
            at=now,
            details={"from": from_code, "into": into_code},
        )
        return merger


def _site(session: Session, code: str) -> Site:
    site = session.scalar(
        select(Site).where(Site.kind == SiteKind.VESTIGING, Site.code == code).with_for_update()
    )
    if site is None:
        raise NotFound("the register has no site {code}", code=code)
    return site


def _refuse_second_merger(session: Session, gone: Site, merged_on: date) -> None:
    same = select(Merger).where(Merger.from_site_id == gone.id, Merger.merged_on == merged_on)
    if session.scalar(same) is not None:
        raise Conflict(
            "the merger of {code} on {date} is recorded already", code=gone.code, date=merged_on
        )


def _close(session: Session, site: Site, day: date) -> None:
    current = session.scalar(
        select(SiteVersion).where(SiteVersion.site_id == site.id, SiteVersion.valid_until.is_(None))
    )
    if current is not None and current.valid_from <= day:
        current.valid_until = day
