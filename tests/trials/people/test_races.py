"""Two at the same moment: what may happen once happens once, on both databases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyotp
import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests.databases import BACKENDS
from tests.trials.people.cast import NOON, SECRET, add_person
from trials.database import transaction
from trials.errors import TrialError
from trials.mail import OutboxRow
from trials.people.actors import actor_for
from trials.people.enrolment import enrol, give_role
from trials.people.letters import link_token
from trials.people.links import send_link
from trials.people.models import Attempt, IdentityProof, LinkPurpose, Person, SignInSession
from trials.people.proofs import prove_identity, use_proof
from trials.people.services.sign_in import open_link
from trials.people.throttle import Limit, count_try
from trials.people.totp import set_up_secret
from trials.permissions import PROGRAMME, Actor, Role, Scope, ScopeKind

AT_ONCE = 5  # no more than the tries a proof allows


def all_at_once(engine: Engine, act: Callable[[Session], object]) -> Counter[str]:
    """Run ``act`` in threads that begin together; count how each ended."""
    ready = Barrier(AT_ONCE)

    def run(_: int) -> str:
        with Session(engine) as own:
            own.connection()
            own.rollback()
            ready.wait()
            try:
                act(own)
            except TrialError as refusal:
                return type(refusal).__name__
            return "done"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(run, range(AT_ONCE)))


def test_a_link_opened_by_many_at_once_opens_one_session(fresh_engine: Engine) -> None:
    with Session(fresh_engine) as session, transaction(session):
        person = enrol(session, email="a@s.nl", name="A", now=NOON)
        scope = Scope(ScopeKind.SIGNUP, 1)
        give_role(session, person, Role.SCHOOL_COORDINATOR, scope, by=None, now=NOON)
        token = link_token(SECRET, send_link(session, person, LinkPurpose.SIGN_IN, NOON))

    ended = all_at_once(
        fresh_engine, lambda own: open_link(own, token=token, secret_key=SECRET, now=NOON)
    )

    assert ended == {"done": 1, "NotReady": AT_ONCE - 1}
    with Session(fresh_engine) as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 1


def test_a_code_typed_by_many_at_once_proves_once(fresh_engine: Engine) -> None:
    with Session(fresh_engine) as session:
        number = add_person(session, "Officer", Role.NRO_OFFICER)
        with transaction(session):
            person = session.get_one(Person, number)
            person.totp_nonce, person.totp_since = "nonce", NOON
        code = pyotp.TOTP(set_up_secret(person, SECRET)).at(NOON)
        actor = actor_for(session, number, NOON)

    ended = all_at_once(
        fresh_engine,
        lambda own: prove_identity(
            own,
            actor=actor,
            act="award",
            shown_sha256="0" * 64,
            code_or_password=code,
            now=NOON,
            secret_key=SECRET,
        ),
    )

    assert ended["done"] == 1
    assert ended["done"] + ended["BadInput"] + ended["TooOften"] == AT_ONCE


def test_a_proof_used_by_many_at_once_is_used_once(fresh_engine: Engine) -> None:
    with Session(fresh_engine) as session:
        number = add_person(session, "Officer", Role.NRO_OFFICER)
        with transaction(session):
            session.add(
                IdentityProof(
                    person_id=number,
                    act="award",
                    shown_sha256="0" * 64,
                    method="totp",
                    proved_at=NOON,
                )
            )

    def use(own: Session) -> None:
        with transaction(own):
            use_proof(own, actor=Actor(number), act="award", shown_sha256="0" * 64, now=NOON)

    assert all_at_once(fresh_engine, use) == {"done": 1, "ProofNeeded": AT_ONCE - 1}


@pytest.mark.parametrize("tries", [1, 3])
def test_no_more_tries_get_through_than_the_limit(fresh_engine: Engine, tries: int) -> None:
    """Some that could have gone through may be refused; never the other way round."""
    limit = Limit("test", tries)

    ended = all_at_once(fresh_engine, lambda own: count_try(own, limit, "somebody", NOON))

    assert ended["done"] <= tries
    with Session(fresh_engine) as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == ended["done"]


def test_two_roles_that_do_not_go_together_never_both_get_in(fresh_engine: Engine) -> None:
    with Session(fresh_engine) as session:
        number = add_person(session, "Eva")
    turns = iter([Role.ANALYST, Role.TRIAL_MANAGER] * AT_ONCE)

    def give(own: Session) -> None:
        role = next(turns)
        with transaction(own):
            give_role(own, own.get_one(Person, number), role, PROGRAMME, by=None, now=NOON)

    all_at_once(fresh_engine, give)

    with Session(fresh_engine) as session:
        assert len({held.role for held in actor_for(session, number, NOON).roles}) == 1


def test_one_address_is_one_person(fresh_engine: Engine) -> None:
    def add(own: Session) -> None:
        with transaction(own):
            enrol(own, email="a@s.nl", name="A", now=NOON)

    assert all_at_once(fresh_engine, add)["done"] >= 1
    with Session(fresh_engine) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1


@pytest.mark.parametrize("fresh_engine", [BACKENDS[1]], indirect=True)
def test_a_person_who_gets_a_role_can_meanwhile_be_written_to(fresh_engine: Engine) -> None:
    """A lock on the row of a person must not hold up what only refers to it, or two wait for
    each other. SQLite has one writer at a time, and no such locks."""
    with Session(fresh_engine) as session, transaction(session):
        person = enrol(session, email="a@s.nl", name="A", now=NOON)
        number = person.id

    with Session(fresh_engine) as one, Session(fresh_engine) as other, transaction(one):
        give_role(one, one.get_one(Person, number), Role.OCW_OBSERVER, PROGRAMME, by=None, now=NOON)
        other.execute(text("SET lock_timeout = '2s'"))
        other.add(OutboxRow(kind="k", person_id=number, message_id="<1@l>", created_at=NOON))
        other.commit()
