"""Matched pairs: units most alike before the draw become strata of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from randomisation import Refusal
from randomisation.matching import match
from trials.agreements.protocol import DrawMethod, Protocol
from trials.draws.refusals import as_bad_input
from trials.draws.roster import RosterUnit


def matched(
    roster: Sequence[RosterUnit], protocol: Protocol, covariates: Mapping[str, Sequence[str]]
) -> list[RosterUnit]:
    """Return the roster with the strata it is drawn in: pairs, or larger groups with more arms.

    Other methods keep the strata they have. Units for whom no group is left in their stratum form
    one together. Raises ``BadInput`` for what cannot be matched.
    """
    if protocol.draw.method is not DrawMethod.PAIRS:
        return list(roster)
    rows = [[float(value) for value in covariates[unit.targets[0].key]] for unit in roster]
    size = sum(arm.ratio for arm in protocol.arms)
    try:
        found = match(np.array(rows), [unit.stratum for unit in roster], size)
    except Refusal as refusal:
        raise as_bad_input(refusal) from refusal
    return [replace(unit, stratum=name) for unit, name in zip(roster, found.strata, strict=True)]
