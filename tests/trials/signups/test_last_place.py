"""Fifty schools press "send" for one place, each from a client of its own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.trials.school_trial import NOON, Scene, designed_trial, open_call, prepared, sent
from trials.audit import verify_chain
from trials.signups.models import Signup
from trials.signups.services import submit_signup, withdraw_signup
from trials.signups.states import SignupState

CLIENTS = 50


def test_the_last_place_has_one_winner_and_no_error(fresh_engine: Engine) -> None:
    with Session(fresh_engine) as session:
        scene = designed_trial(session, sites=CLIENTS)
        open_call(session, scene, places=1)
        signup_ids = [prepared(session, scene, site).id for site in range(CLIENTS)]

    _all_at_once(fresh_engine, scene, signup_ids)

    with Session(fresh_engine) as session:
        states = Counter(session.scalars(select(Signup.state)).all())
        assert states == {SignupState.SUBMITTED: 1, SignupState.WAITING: CLIENTS - 1}
        assert verify_chain(session).broken_at is None


def test_a_place_given_back_during_the_rush_goes_to_one_school(fresh_engine: Engine) -> None:
    with Session(fresh_engine) as session:
        scene = designed_trial(session, sites=CLIENTS)
        open_call(session, scene, places=1)
        holder = sent(session, scene, 0).id
        others = [prepared(session, scene, site).id for site in range(1, CLIENTS)]

    _all_at_once(fresh_engine, scene, others, leaver=holder)

    with Session(fresh_engine) as session:
        states = Counter(session.scalars(select(Signup.state)).all())
        assert states[SignupState.SUBMITTED] == 1
        assert states[SignupState.WITHDRAWN] == 1
        assert states[SignupState.WAITING] == CLIENTS - 2


def _all_at_once(
    engine: Engine, scene: Scene, signup_ids: list[int], leaver: int | None = None
) -> None:
    start = Barrier(len(signup_ids) + (leaver is not None))

    def act(signup_id: int) -> None:
        actor = scene.coordinator(signup_id)
        start.wait()
        with Session(engine) as session:
            service = withdraw_signup if signup_id == leaver else submit_signup
            service(session, signup_id=signup_id, actor=actor, now=NOON)

    everyone = [*signup_ids, leaver] if leaver else signup_ids
    with ThreadPoolExecutor(len(everyone)) as clients:
        for done in [clients.submit(act, signup_id) for signup_id in everyone]:
            done.result()
