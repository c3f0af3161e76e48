"""Two worlds that differ in their allocations alone."""

from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy.orm import Session

from randomisation import commitment
from randomisation import draw as draw_again
from tests.concealment.walking import Place
from tests.trials.draws import ceremony as act
from tests.trials.draws.world import World, recruited
from tests.web.conftest import SECRET
from trials.database import make_engine
from trials.delivery.services import log_fidelity
from trials.draws.beacons import example_value, round_of
from trials.draws.models import Draw
from trials.draws.queries import arms_of_trial
from trials.people.models import Proposal
from trials.schema import metadata
from web.app import create_app
from web.catalogues import compile_all
from web.settings import Settings

SCHOOLS = 6
KEEPS = 1  # the school whose arm is the same in both worlds
WALKED_AT = act.TOLD_AT + timedelta(days=150)


@pytest.fixture(scope="session")
def two_worlds(tmp_path_factory):
    """Two drawn and told trials; every school but number ``KEEPS`` and its pair changed arms."""
    compile_all()
    folder = tmp_path_factory.mktemp("concealment")
    first = _place(folder / "one.sqlite", act.NONCES["evaluator"])
    second = _place(folder / "other.sqlite", _nonce_that_flips(first))
    return first, second


def _place(path, nonce: str) -> Place:
    engine = make_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    session = Session(engine)
    world = recruited(session, schools=SCHOOLS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(act.NONCES, "evaluator", nonce)
        draw = act.told(world)
    _deliver(world)
    app = create_app(Settings(secret_key=SECRET), engine)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    proposals = [proposal.id for proposal in session.query(Proposal)]
    ids = {
        "trial_id": [world.trial_id],
        "slug": [world.trial.slug],
        "draw_id": [draw.id],
        "signup_id": [world.signups[0], world.signups[KEEPS]],
        "proposal_id": proposals,
        "position": [0, 1],
    }
    session.commit()
    return Place(app, engine, world, WALKED_AT, ids)


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


def _nonce_that_flips(place: Place) -> str:
    """Find a secret that changes every arm but those of one pair."""
    draw = place.world.session.query(Draw).one()
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
