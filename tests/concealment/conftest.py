"""Two worlds that differ in their allocations alone."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from operator import ne

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from randomisation import Arm, Party, commitment
from randomisation import draw as draw_again
from randomisation.minimised import replay
from randomisation.minimised_record import new_minimised_record
from tests.concealment.walking import Place
from tests.trials.draws import ceremony as act
from tests.trials.draws.newcomers import arrive, opened
from tests.trials.draws.world import World, add_school, recruited
from tests.web.conftest import SECRET
from trials.database import make_engine
from trials.delivery.services import log_fidelity
from trials.draws.beacons import example_value, round_of
from trials.draws.chaining import previous_receipt
from trials.draws.custody import SERVER, DerivedSecrets, commitment_of
from trials.draws.models import ArrivalRow, Draw
from trials.draws.queries import arms_of_trial
from trials.people.models import Proposal
from trials.schema import metadata
from web.app import create_app
from web.catalogues import compile_all
from web.settings import Settings

SCHOOLS = 6
SALT = "5a" * 32  # of the arrivals, so that their arms can be chosen
KEEPS = 1  # the school whose arm is the same in both worlds
WALKED_AT = act.TOLD_AT + timedelta(days=150)


@pytest.fixture(scope="session")
def two_worlds(tmp_path_factory):
    """Two drawn and told trials; every school but number ``KEEPS`` and its pair changed arms."""
    compile_all()
    folder = tmp_path_factory.mktemp("concealment")
    first = _place(folder / "one.sqlite", act.NONCES["evaluator"])
    arms = [row.unit.arm for row in first.world.session.query(ArrivalRow)]
    second = _place(folder / "other.sqlite", _nonce_that_flips(first), arms)
    return first, second


def _place(path, nonce: str, arms_of_others: Sequence[str] = ()) -> Place:
    engine = make_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    session = Session(engine)
    world = recruited(session, schools=SCHOOLS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(act.NONCES, "evaluator", nonce)
        draw = act.told(world)
    _deliver(world)
    enrolment = _take_in(world, arms_of_others)
    proposals = [proposal.id for proposal in session.query(Proposal)]
    ids = {
        "trial_id": [world.trial_id],
        "slug": [world.trial.slug],
        "draw_id": [draw.id],
        "arrivals_id": [enrolment.id],
        "signup_id": [world.signups[0], world.signups[KEEPS]],
        "proposal_id": proposals,
        "position": [0, 1],
    }
    session.commit()
    return Place(_app(engine), engine, world, WALKED_AT, ids)


def copied(place: Place, path) -> Place:
    """Return the place on a copy of its database, in which a test may write."""
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as there, place.engine.connect() as here:
        here.connection.driver_connection.backup(there.connection.driver_connection)
    return Place(_app(engine), engine, place.world, place.now, place.ids)


def _app(engine: Engine) -> Flask:
    app = create_app(Settings(secret_key=SECRET), engine)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def _deliver(world: World) -> None:
    """Let the provider log a check in every school that delivers, the kept one first.

    So its row has the same number in both worlds; that of the others tells how many came before.
    """
    kept = world.signups[KEEPS]
    units = arms_of_trial(world.session, world.trial_id)
    for k, unit in enumerate(sorted(units, key=lambda unit: unit.signup_id != kept)):
        if unit.arm == "controle":
            continue
        log_fidelity(
            world.session,
            signup_id=unit.signup_id,
            component="pairing",
            checked_on=date(2027, 9, 8),
            score=50 + k,
            actor=world.actor("provider"),
            now=WALKED_AT - timedelta(days=1),
        )


def _take_in(world: World, other_than: Sequence[str]) -> Draw:
    """Let two schools arrive after the draw, each in an arm that the other world did not give."""
    late = [add_school(world, number) for number in (SCHOOLS, SCHOOLS + 1)]
    world.signups[SCHOOLS:] = []
    previous = previous_receipt(world.session, world.trial)
    kept = next(
        secrets
        for secrets in (DerivedSecrets(bytes([number])) for number in range(256))
        if all(map(ne, _arms_by(secrets.make(2), previous), other_than))
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trials.draws.services.enrolling.randomness.token_hex", lambda n: SALT)
        enrolment = opened(world, factors={"denomination": "1"}, secrets=kept)
    for signup_id in late:
        arrive(world, enrolment, f"site:{signup_id}", secrets=kept)
    return enrolment


def _arms_by(nonce: str, previous: str | None) -> list[str]:
    """The arms two arrivals of different denominations would get with this nonce."""
    record = new_minimised_record(
        trial="samen-lezen/wave-2",
        arms=[Arm("controle"), Arm("samen-lezen")],
        factors={"denomination": "1"},
        probability="0.8",
        entropy=[Party(SERVER, commitment_of(nonce))],
        salt=SALT,
        previous=previous,
    )
    arriving = [(f"W2A00{number}", {"denomination": str(number)}) for number in (1, 2)]
    return [line.arm for line in replay(record, record.seed([nonce]), arriving)]


def _nonce_that_flips(place: Place) -> str:
    """Find a secret that changes every arm but those of one pair."""
    draw = place.world.session.query(Draw).filter_by(number=1).one()
    receipt = draw_again(*_sealed(draw, act.NONCES["evaluator"])).allocation
    keeps = next(unit for unit in draw.units if unit.signup_id == place.world.signups[KEEPS])
    pair = {unit.code for unit in draw.units if unit.stratum == keeps.stratum}
    for number in count(1):
        nonce = f"{number:064x}"
        again = draw_again(*_sealed(draw, nonce)).allocation
        if all((again[code] == receipt[code]) is (code in pair) for code in receipt):
            return nonce
    raise AssertionError("unreachable: count never ends")


def _sealed(draw: Draw, nonce: str):
    """The record as it would have been sealed over this secret, and its nonces."""
    beacon = draw.parties[-1].name
    record = draw.frozen_record | {
        "entropy": [
            {"party": "evaluator", "commitment": commitment("evaluator", nonce)},
            {"party": beacon},
        ]
    }
    return record, [nonce, example_value(round_of(beacon)[1])]
