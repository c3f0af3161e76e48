"""Protocols and analysis plans: drafting, offering, the validity review, signing, locking."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from trials.agreements.drafting import check_moment, cleaned
from trials.agreements.letters import DOCUMENT_LOCKED, DOCUMENT_WAITS
from trials.agreements.models import Document, DocumentKind, Party, Signature, ValidityReview
from trials.agreements.moments import is_late, moment_of
from trials.agreements.parties import parties_of
from trials.agreements.queries import locked_document
from trials.agreements.states import DocumentState
from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import Trial
from trials.database import transaction
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from trials.fields import written
from trials.mail import post
from trials.people.actors import holders
from trials.people.acts import canonical, content_hash
from trials.people.models import Person
from trials.permissions import Actor, Permission, require


def save_draft(
    session: Session,
    *,
    trial_id: int,
    kind: DocumentKind,
    content: dict[str, Any],
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Document:
    """Keep what is drafted so far; it may be incomplete until it is offered for signing.

    A draft is kept in place. What was offered or locked is never changed: the draft becomes the
    next version, an amendment of a locked one with its ``reason``.
    """
    with transaction(session):
        trial = _known_trial(session, trial_id, actor)
        require(actor, Permission.DOCUMENT_DRAFT, trial.scope)
        check_moment(session, trial, kind)
        amends = locked_document(session, trial.id, kind) is not None
        why = written(reason, field="reason", longest=1000) if amends else ""
        document = _newest(session, trial.id, kind)
        if document is None or document.state is not DocumentState.DRAFT:
            document = _next_version(session, trial, kind, document)
        document.content, document.content_sha256 = content, _hash(content)
        document.drafted_by, document.drafted_at, document.reason = actor.person_id, now, why
        session.flush()
        _note(session, "document_drafted", document, actor, now)
    return document


def offer_for_signing(
    session: Session, *, document_id: int, actor: Actor, now: datetime
) -> Document:
    """Fix a complete draft under its hash and put it before reviewers and parties.

    Raises ``BadInput`` with every field that needs mending.
    """
    with transaction(session):
        document = _for_update(session, document_id, actor)
        require(actor, Permission.DOCUMENT_DRAFT, document.trial.scope)
        check_moment(session, document.trial, document.kind)
        content = cleaned(session, document)
        document.advance_to(DocumentState.SIGNING)
        document.content, document.content_sha256 = content, _hash(content)
        flag_modified(document, "content")  # 20 equals 20.0, but not in JSON and not in the hash
        _tell(session, DOCUMENT_WAITS, document, now, but=actor.person_id)
        _note(session, "document_offered", document, actor, now)
    return document


def review_validity(
    session: Session, *, document_id: int, valid: bool, remarks: str, actor: Actor, now: datetime
) -> ValidityReview:
    """Give the expert group's word on a protocol that waits for signatures.

    Without a favourable word nobody signs; after an unfavourable one a new version follows.
    """
    with transaction(session):
        document = _for_update(session, document_id, actor)
        require(actor, Permission.DOCUMENT_REVIEW, document.trial.scope)
        if document.kind is not DocumentKind.PROTOCOL:
            raise NotReady("the expert group judges protocols; an analysis plan is not reviewed")
        if document.state is not DocumentState.SIGNING or document.signatures:
            raise NotReady("this version is not open to review, or was signed already")
        if any(review.reviewer_id == actor.person_id for review in document.reviews):
            raise Conflict("you reviewed this version already")
        review = ValidityReview(
            document=document,
            reviewer_id=actor.person_id,
            valid=valid,
            remarks=written(remarks, field="remarks", longest=4000),
            reviewed_at=now,
        )
        session.add(review)
        session.flush()
        _note(session, "validity_reviewed", document, actor, now, valid=int(valid))
    return review


def sign_document(
    session: Session,
    *,
    document_id: int,
    party: Party,
    shown_sha256: str,
    actor: Actor,
    now: datetime,
) -> Document:
    """Sign for a party what was shown; the third signature locks the version.

    Raises ``Conflict`` when what was shown is not what is stored, ``NotReady`` before a protocol
    has its favourable review.
    """
    with transaction(session):
        document = _for_update(session, document_id, actor)
        require(actor, Permission.DOCUMENT_SIGN, document.trial.scope)
        _check_signer(document, party, actor)
        check_moment(session, document.trial, document.kind)
        if document.kind is DocumentKind.PROTOCOL:
            _must_be_valid(document)
        fresh = _hash(document.content)
        if not fresh == document.content_sha256 == shown_sha256:
            raise Conflict("what you read is not what is stored now; open the document again")
        document.signatures.append(
            Signature(party=party, person_id=actor.person_id, content_sha256=fresh, signed_at=now)
        )
        session.flush()
        _note(session, "document_signed", document, actor, now, party=party.value)
        if {signature.party for signature in document.signatures} == set(Party):
            _lock(session, document, actor, now)
    return document


def _lock(session: Session, document: Document, actor: Actor, now: datetime) -> None:
    document.advance_to(DocumentState.LOCKED)
    document.locked_at, document.moment = now, moment_of(document.trial, now)
    _tell(session, DOCUMENT_LOCKED, document, now, but=actor.person_id)
    details: dict[str, str | int] = {"moment": document.moment.value}
    if document.kind is DocumentKind.ANALYSIS_PLAN:
        details["late"] = int(is_late(document.trial, now))
    _note(session, "document_locked", document, actor, now, **details)


def _known_trial(session: Session, trial_id: int, actor: Actor) -> Trial:
    trial = trial_for_update(session, trial_id)
    if not actor.may(Permission.TRIAL_READ, trial.scope):
        raise NotFound("there is no such trial")
    return trial


def _for_update(session: Session, document_id: int, actor: Actor) -> Document:
    """Lock the trial, then the document: milestones must not move while a version is locked."""
    trial_id = session.scalar(select(Document.trial_id).where(Document.id == document_id))
    if trial_id is None:
        raise NotFound("there is no such document")
    _known_trial(session, trial_id, actor)
    return session.get_one(Document, document_id, with_for_update=True, populate_existing=True)


def _newest(session: Session, trial_id: int, kind: DocumentKind) -> Document | None:
    return session.scalar(
        select(Document)
        .where(Document.trial_id == trial_id, Document.kind == kind)
        .order_by(Document.version.desc())
        .limit(1)
        .with_for_update()
    )


def _next_version(
    session: Session, trial: Trial, kind: DocumentKind, before: Document | None
) -> Document:
    if before is not None and before.state is DocumentState.SIGNING:
        before.advance_to(DocumentState.SUPERSEDED)
    document = Document(
        trial=trial,
        kind=kind,
        version=1 if before is None else before.version + 1,
        state=DocumentState.DRAFT,
    )
    session.add(document)
    return document


def _check_signer(document: Document, party: Party, actor: Actor) -> None:
    if party not in parties_of(actor, document.trial):
        raise NotAllowed("you cannot sign for this party")
    if document.state is not DocumentState.SIGNING:
        raise NotReady("this version is not open for signing")
    if any(signature.party is party for signature in document.signatures):
        raise Conflict("this party has signed already")
    if any(signature.person_id == actor.person_id for signature in document.signatures):
        raise NotAllowed("one person signs for one party only")


def _must_be_valid(document: Document) -> None:
    if not document.reviews:
        raise NotReady("the expert group has not judged the validity of this version yet")
    if not all(review.valid for review in document.reviews):
        raise NotReady("the expert group found this version wanting; a new version must follow")


def _hash(content: dict[str, Any]) -> str:
    try:
        return content_hash(canonical(content))
    except ValueError:  # JSON has no infinity and no NaN
        raise BadInput("a number in this document is none; nothing was stored") from None


def _tell(session: Session, kind: str, document: Document, now: datetime, *, but: int) -> None:
    """Write to whoever signs, and to the expert group while there is something to judge."""
    asked = [Permission.DOCUMENT_SIGN]
    if document.state is DocumentState.SIGNING and document.kind is DocumentKind.PROTOCOL:
        asked.append(Permission.DOCUMENT_REVIEW)
    readers = {
        actor.person_id
        for permission in asked
        for actor in holders(session, permission, (document.trial.scope,), now)
    }
    for person_id in sorted(readers - {but}):
        person = session.get_one(Person, person_id)
        post(session, kind, person, now, subject_id=document.id)


def _note(
    session: Session,
    event: str,
    document: Document,
    actor: Actor,
    now: datetime,
    **details: str | int,
) -> None:
    record(
        session,
        event,
        f"document:{document.id}",
        by=actor.person_id,
        at=now,
        details={"sha256": document.content_sha256, "version": document.version, **details},
    )
