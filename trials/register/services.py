"""Editions of the register come in, each whole, once, and in the order of its date."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.days import day_of
from trials.errors import BadInput, Conflict
from trials.permissions import Actor, Permission, require
from trials.register.editions import take_over_figures, take_over_sites
from trials.register.formats import FORMATS, Format
from trials.register.models import Edition
from trials.register.parsing import Contents, read_contents

SMALLEST_SHARE = 0.9  # of the rows the edition before had


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or that the same file was there already."""

    edition_id: int
    source: str
    file_name: str
    reference_date: date
    rows: int
    opened: int  # sites
    changed: int
    closed: int
    figures: int
    already_there: bool = False


def import_file(
    session: Session,
    *,
    name: str,
    content: bytes,
    actor: Actor,
    now: datetime,
    reference_date: date | None = None,
    formats: tuple[Format, ...] = FORMATS,
) -> ImportReport:
    """Take a published file, plain or gzipped, into the register as a new edition.

    ``reference_date`` is the day the file describes; a date inside the file goes before it, and
    without either it is today. The same file again changes nothing and says so. Raises
    ``BadInput`` for a file that is not sound, not whole, or older than what the register holds.
    """
    today = day_of(now)
    with transaction(session):
        require(actor, Permission.REGISTER_IMPORT)
        contents = read_contents(name, content, reference_date or today, formats)
        if (known := _same_file(session, contents)) is not None:
            return _report(known, already_there=True)
        _check_moment(session, contents, today, formats)
        _check_size(session, contents)
        try:
            edition = _take_over(session, contents, actor, now)
        except IntegrityError as error:
            raise Conflict("another import was running; import {file} again", file=name) from error
        record(
            session,
            "register_imported",
            f"register_edition:{edition.id}",
            by=actor.person_id,
            at=now,
            details={"source": edition.source, "sha256": edition.file_sha256, "rows": edition.rows},
        )
        return _report(edition)


def _same_file(session: Session, contents: Contents) -> Edition | None:
    return session.scalar(
        select(Edition).where(
            Edition.source == contents.format.source, Edition.file_sha256 == contents.table.sha256
        )
    )


def _check_moment(
    session: Session, contents: Contents, today: date, formats: tuple[Format, ...]
) -> None:
    if contents.reference_date > today:
        raise BadInput(
            "the file {file} would describe {date}, which is yet to come; "
            "give the day it describes",
            file=contents.table.name,
            date=contents.reference_date,
        )
    overlapping = [f.source for f in formats if f.sectors & contents.format.sectors]
    newest = session.scalar(
        select(func.max(Edition.reference_date)).where(Edition.source.in_(overlapping))
    )
    if newest is not None and contents.reference_date < newest:
        raise BadInput(
            "the file {file} describes {date}, but the register already holds these schools "
            "as of {newest}; import editions in the order of their dates",
            file=contents.table.name,
            date=contents.reference_date,
            newest=newest,
        )


def _check_size(session: Session, contents: Contents) -> None:
    before = session.scalar(
        select(Edition.rows)
        .where(Edition.source == contents.format.source)
        .order_by(Edition.reference_date.desc(), Edition.id.desc())
        .limit(1)
    )
    rows = len(contents.table.rows)
    if before is not None and rows < SMALLEST_SHARE * before:
        raise BadInput(
            "the file {file} has {rows} rows where the edition before had {before}; "
            "nothing was imported, download the whole file",
            file=contents.table.name,
            rows=rows,
            before=before,
        )


def _take_over(session: Session, contents: Contents, actor: Actor, now: datetime) -> Edition:
    edition = Edition(
        source=contents.format.source,
        reference_date=contents.reference_date,
        file_name=contents.table.name,
        file_sha256=contents.table.sha256,
        rows=len(contents.table.rows),
        imported_at=now,
        imported_by=actor.person_id,
    )
    session.add(edition)
    session.flush()
    if contents.format.sectors:
        take_over_sites(session, edition, contents.sites, contents.format.sectors)
    take_over_figures(session, edition, contents.figures)
    session.flush()
    return edition


def _report(edition: Edition, *, already_there: bool = False) -> ImportReport:
    return ImportReport(
        edition_id=edition.id,
        source=edition.source,
        file_name=edition.file_name,
        reference_date=edition.reference_date,
        rows=edition.rows,
        opened=edition.opened,
        changed=edition.changed,
        closed=edition.closed,
        figures=edition.figures,
        already_there=already_there,
    )
