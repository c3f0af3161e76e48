"""Signatures that arrive together: each counts once, and the version locks once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.agreements.cast import NOON, Parties
from trials.agreements.models import Document, Party, Signature
from trials.agreements.services import sign_document
from trials.agreements.states import DocumentState
from trials.audit import AuditRow, verify_chain
from trials.errors import TrialError

SIGNERS = (("manager", Party.EVALUATOR), ("provider", Party.PROVIDER), ("officer", Party.COUNCIL))


def test_three_parties_sign_twice_each_at_the_same_moment(fresh_engine):
    with Session(fresh_engine) as session:
        parties = Parties(session)
        document = parties.draft()
        parties.offer(document)
        parties.review(document)
        document_id, sha256 = document.id, document.content_sha256
        actors = {who: parties.actor(who) for who, _ in SIGNERS}
    together = Barrier(6)

    def sign(attempt: tuple[str, Party]) -> bool:
        who, party = attempt
        with Session(fresh_engine) as session:
            together.wait()
            try:
                sign_document(
                    session,
                    document_id=document_id,
                    party=party,
                    shown_sha256=sha256,
                    actor=actors[who],
                    now=NOON,
                )
            except TrialError:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        signed = list(pool.map(sign, SIGNERS * 2))

    assert sum(signed) == 3
    with Session(fresh_engine) as session:
        document = session.get_one(Document, document_id)
        assert document.state is DocumentState.LOCKED
        assert sorted(session.scalars(select(Signature.party))) == sorted(Party)
        locks = select(AuditRow).where(AuditRow.event == "document_locked")
        assert len(session.scalars(locks).all()) == 1
        assert verify_chain(session).broken_at is None
