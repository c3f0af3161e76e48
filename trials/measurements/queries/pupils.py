"""Pupils and files of a school, in exact counts, for whoever may see its pupils."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.errors import NotFound
from trials.measurements.comparing import drawn_day
from trials.measurements.models import (
    Instrument,
    Measurement,
    Objection,
    Pupil,
    PupilCount,
    SchoolClass,
    Upload,
    UploadDraft,
    UploadKind,
)
from trials.measurements.rows import MAY_SEND
from trials.permissions import Actor, Permission
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class Scored:
    """How many pupils of a school have a score on one instrument."""

    instrument: Instrument
    pupils: int
    first_taken_on: date | None
    last_taken_on: date | None


@dataclass(frozen=True, slots=True)
class SchoolPupils:
    """What is known here of a school's pupils; flow counts, exact."""

    signup: Signup
    listed: int  # pupils on the list now, those who left not included
    left: int  # pupils who left the school; those drawn stay in the comparison
    erased: int  # tombstones
    objections: int  # pupils, those whose rows never left the school included
    refusals: Mapping[str, int]  # pupils whose parents object to one test, by its code
    classes: tuple[str, ...]
    scored: tuple[Scored, ...]
    uploads: tuple[Upload, ...]  # newest first
    counts: tuple[PupilCount, ...]  # where pupils live with the evaluator
    draft: UploadDraft | None


def school_pupils(session: Session, signup_id: int, actor: Actor) -> SchoolPupils:
    """Return the counts of one school to its coordinator or the trial manager."""
    signup = session.get(Signup, signup_id)
    if signup is None or not actor.may(Permission.PUPILS_READ, *signup.scopes):
        raise NotFound("there is no such sign-up")
    of_school = Pupil.signup_id == signup_id
    return SchoolPupils(
        signup=signup,
        listed=_count(session, of_school, Pupil.erased_at.is_(None), Pupil.left_at.is_(None)),
        left=_count(session, of_school, Pupil.erased_at.is_(None), Pupil.left_at.is_not(None)),
        erased=_count(session, of_school, Pupil.erased_at.is_not(None)),
        objections=_objections(session, signup_id),
        refusals=_refusals(session, signup_id),
        classes=tuple(
            session.scalars(
                select(SchoolClass.name)
                .where(SchoolClass.signup_id == signup_id)
                .order_by(SchoolClass.name)
            )
        ),
        scored=_scored(session, signup),
        uploads=tuple(
            session.scalars(
                select(Upload).where(Upload.signup_id == signup_id).order_by(Upload.id.desc())
            )
        ),
        counts=tuple(
            session.scalars(
                select(PupilCount)
                .where(PupilCount.signup_id == signup_id)
                .order_by(PupilCount.recorded_at)
            )
        ),
        draft=_draft(session, signup_id, actor),
    )


def signup_to_send(session: Session, signup_id: int, kind: UploadKind, actor: Actor) -> Signup:
    """Return a sign-up to whoever may send files of this kind for it."""
    signup = session.get(Signup, signup_id)
    if signup is None or not any(actor.may(p, *signup.scopes) for p in MAY_SEND[kind]):
        raise NotFound("there is no such sign-up")
    return signup


def upload_draft(session: Session, draft_id: int, actor: Actor) -> UploadDraft:
    """Return a checked file to the person who sent it."""
    draft = session.get(UploadDraft, draft_id)
    if draft is None or draft.checked_by != actor.person_id:
        raise NotFound("this file has been stored or thrown away already; send it again")
    return draft


def taken_after_draw(signup: Signup, scored: Scored) -> bool:
    """Say whether any of these tests was taken after the school's draw: then it is flagged."""
    drawn_on = drawn_day(signup)
    last = scored.last_taken_on
    return drawn_on is not None and last is not None and last > drawn_on


def _count(session: Session, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(Pupil).where(*where)) or 0  # type: ignore[arg-type]


def _objections(session: Session, signup_id: int) -> int:
    number = session.scalar(
        select(func.sum(Objection.number_of_pupils)).where(
            Objection.signup_id == signup_id, Objection.instrument_code == ""
        )
    )
    return int(number or 0)


def _refusals(session: Session, signup_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Objection.instrument_code, func.sum(Objection.number_of_pupils))
        .where(Objection.signup_id == signup_id, Objection.instrument_code != "")
        .group_by(Objection.instrument_code)
    )
    return {code: int(pupils) for code, pupils in rows}


def _scored(session: Session, signup: Signup) -> tuple[Scored, ...]:
    """Count pupils by their newest score; one that was taken away no longer counts."""
    newest = (
        select(
            Measurement.instrument_id,
            Measurement.value,
            Measurement.taken_on,
            func.row_number()
            .over(
                partition_by=(Measurement.pupil_id, Measurement.instrument_id),
                order_by=Measurement.version.desc(),
            )
            .label("age"),
        )
        .join(Pupil, Pupil.id == Measurement.pupil_id)
        .where(Pupil.signup_id == signup.id)
        .subquery()
    )
    rows = session.execute(
        select(
            Instrument,
            func.count(newest.c.value),
            func.min(newest.c.taken_on),
            func.max(newest.c.taken_on),
        )
        .outerjoin(
            newest,
            (newest.c.instrument_id == Instrument.id)
            & (newest.c.age == 1)
            & newest.c.value.is_not(None),
        )
        .where(Instrument.trial_id == signup.trial_id)
        .group_by(Instrument.id)
        .order_by(Instrument.wave, Instrument.id)
    )
    return tuple(Scored(*row) for row in rows)


def _draft(session: Session, signup_id: int, actor: Actor) -> UploadDraft | None:
    return session.scalar(
        select(UploadDraft).where(
            UploadDraft.signup_id == signup_id, UploadDraft.checked_by == actor.person_id
        )
    )
