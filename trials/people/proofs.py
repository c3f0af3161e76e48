"""A fresh proof of identity, bound to one act and to what was shown; five minutes, used once."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.database import transaction
from trials.errors import BadInput, ProofNeeded
from trials.people.models import Deployment, IdentityProof, Person
from trials.people.passwords import password_fits
from trials.people.throttle import PROOF, count_try, forgive
from trials.people.totp import accept_code
from trials.permissions import Actor

PROOF_LASTS = timedelta(minutes=5)


def prove_identity(
    session: Session,
    *,
    actor: Actor,
    act: str,
    shown_sha256: str,
    code_or_password: str,
    now: datetime,
    secret_key: str = "",
) -> IdentityProof:
    """Prove once more who acts: by TOTP code, else by password.

    In a demonstration database pressing again is the proof, and no key is needed. Raises
    ``BadInput`` for a wrong code or password, ``TooOften`` after five of them, ``ProofNeeded`` for
    a person who has neither.
    """
    count_try(session, PROOF, actor.person_id, now)
    person = session.get_one(Person, actor.person_id)
    # Checked before the transaction begins: argon2 takes its time and would hold up all writers.
    by_password = not person.totp_since and password_fits(code_or_password, person.password_hash)
    with transaction(session):
        person = session.get_one(Person, actor.person_id, with_for_update={"key_share": True})
        method = _method(session, person)
        proved = {
            "demonstration": lambda: True,
            "totp": lambda: accept_code(person, code_or_password, secret_key=secret_key, now=now),
            "password": lambda: by_password,
        }[method]()
        if proved:
            proof = IdentityProof(
                person_id=person.id,
                act=act,
                shown_sha256=shown_sha256,
                method=method,
                proved_at=now,
            )
            session.add(proof)
            forgive(session, PROOF, person.id)
    if not proved:
        raise BadInput("this code or password is not right, or the code was used before")
    return proof


def use_proof(
    session: Session, *, actor: Actor, act: str, shown_sha256: str, now: datetime
) -> IdentityProof:
    """Use up the actor's fresh proof in the caller's transaction. Raises ``ProofNeeded``."""
    proof = session.scalar(
        select(IdentityProof)
        .where(
            IdentityProof.person_id == actor.person_id,
            IdentityProof.act == act,
            IdentityProof.shown_sha256 == shown_sha256,
            IdentityProof.used_at.is_(None),
            IdentityProof.proved_at <= now,
            IdentityProof.proved_at >= now - PROOF_LASTS,
        )
        .order_by(IdentityProof.id.desc())
        .limit(1)
        .with_for_update()
    )
    if proof is None:
        raise ProofNeeded("prove once more who you are; a proof counts for five minutes")
    proof.used_at = now
    return proof


def _method(session: Session, person: Person) -> str:
    deployment = session.get(Deployment, 1)
    if deployment and deployment.demonstration:
        return "demonstration"
    if person.totp_since:
        return "totp"
    if person.password_hash:
        return "password"
    raise ProofNeeded("this takes a password with a second step; ask for an invitation first")
