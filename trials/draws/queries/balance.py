"""How alike the groups of a draw are, beside how alike its rule lets expect. No tests.

Whatever differs between groups that were drawn differs by chance; how much is what matters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from randomisation import Design, read_record
from randomisation.balance import BalanceRow, balance
from randomisation.differences import expected_differences
from trials.agreements.protocol import Arm, Protocol, Unit
from trials.agreements.queries import locked_protocol
from trials.draws.access import sees_arms
from trials.draws.arms import arms_of
from trials.draws.characteristics import (
    Characteristic,
    codes_before,
    number_in,
    scores_of,
    sizes_of,
    traits_of,
)
from trials.draws.freezing import STAND_IN
from trials.draws.models import Draw, DrawUnit
from trials.draws.queries.ceremony import visible_draw
from trials.draws.states import DrawState
from trials.errors import NotFound
from trials.permissions import Actor, Permission

FEWEST_PUPILS = 10  # behind a figure (rule 5)
FEWEST_SCHOOLS = 3  # so that none of them finds itself in it (rule 6)
WORDS = 400_000  # for the redraws: about a fifth of a second
SEED = 12_631_263  # the same figures at every look


@dataclass(frozen=True, slots=True)
class Difference:
    """One characteristic in one arm against control, in standard deviations of all units."""

    characteristic: Characteristic
    arm: Arm
    row: BalanceRow | None  # None where too few pupils or schools are behind it for this reader


@dataclass(frozen=True, slots=True)
class DrawBalance:
    drawn: bool  # else only what is to be expected
    control: Arm
    differences: tuple[Difference, ...]
    approximated: bool  # the expected ones come from a formula, not from redraws
    n_draws: int  # redraws behind them


def draw_balance(session: Session, draw_id: int, actor: Actor | None) -> DrawBalance:
    """Return the balance of a draw to those who see its arms; ``NotFound`` to anyone else."""
    draw = visible_draw(session, draw_id, actor)
    if actor is None or not sees_arms(actor, draw.trial) or draw.state is DrawState.VOID:
        raise NotFound("there is no such list")
    protocol = locked_protocol(session, draw.trial_id)
    arms, units, design = arms_of(draw, protocol), _units(draw), _design(draw)
    known = _characteristics(session, draw, protocol, units)
    if not known:
        return DrawBalance(draw.receipt is not None, arms[0], (), approximated=False, n_draws=0)
    values, rng = np.column_stack([c.values for c in known]), np.random.default_rng(SEED)
    expected = expected_differences(design, values, rng, most_words=WORDS)
    codes = _codes(units, arms)
    rows = balance(design, [c.code for c in known], values, rng, arm=codes, expected=expected)
    everything = actor.may(Permission.PUPILS_READ, draw.trial.scope)
    return DrawBalance(
        drawn=codes is not None,
        control=arms[0],
        differences=tuple(
            Difference(
                characteristic,
                arms[code],
                rows[number * (len(arms) - 1) + code - 1]
                if everything or _may_show(characteristic, units, codes, code)
                else None,
            )
            for number, characteristic in enumerate(known)
            for code in range(1, len(arms))
        ),
        approximated=expected.how == "approximated",
        n_draws=len(expected.drawn),
    )


def _units(draw: Draw) -> list[list[DrawUnit]]:
    """Return the rows of each unit, in the order of the record."""
    by_code: dict[str, list[DrawUnit]] = {}
    for unit in draw.units:
        by_code.setdefault(unit.code, []).append(unit)
    return [by_code[unit["id"]] for unit in draw.frozen_record["units"]]


def _design(draw: Draw) -> Design:
    stand_in = {"party": STAND_IN.name, "commitment": STAND_IN.commitment}
    return read_record(draw.frozen_record | {"entropy": [stand_in]}).design


def _codes(units: Sequence[Sequence[DrawUnit]], arms: Sequence[Arm]) -> NDArray[np.int8] | None:
    code = {arm.label: number for number, arm in enumerate(arms)}
    drawn = [rows[0].arm for rows in units]
    if any(arm is None for arm in drawn):
        return None
    return np.array([code[str(arm)] for arm in drawn], dtype=np.int8)


def _characteristics(
    session: Session, draw: Draw, protocol: Protocol, units: Sequence[Sequence[DrawUnit]]
) -> list[Characteristic]:
    numbers = [[number_in(row.target) for row in rows] for rows in units]
    found = scores_of(session, draw.trial_id, protocol, numbers, codes_before(protocol))
    found += traits_of(
        session, draw.trial_id, protocol, numbers, enrolled_by=draw.drawn_at or draw.frozen_at
    )
    if protocol.unit is Unit.SITE:
        found.append(sizes_of(session, numbers))
    return [characteristic for characteristic in found if characteristic.varies]


def _may_show(
    characteristic: Characteristic,
    units: Sequence[Sequence[DrawUnit]],
    codes: NDArray[np.int8] | None,
    code: int,
) -> bool:
    """Say whether enough pupils and schools are behind both sides of a difference."""
    if characteristic.pupils is None:
        return True
    sides = [np.ones(len(units), dtype=np.bool_)] if codes is None else [codes == 0, codes == code]
    behind = characteristic.pupils > 0
    return all(
        characteristic.pupils[side].sum() >= FEWEST_PUPILS
        and len({row.signup_id for k in np.flatnonzero(side & behind).tolist() for row in units[k]})
        >= FEWEST_SCHOOLS
        for side in sides
    )
