"""The states of a draw, as a table."""

from collections.abc import Mapping
from enum import StrEnum


class DrawState(StrEnum):
    FROZEN = "frozen"  # roster and rule are fixed
    COMMITTED = "committed"  # every party has committed to its nonce
    SEALED = "sealed"  # approved by two persons; the fingerprint is public
    DRAWN = "drawn"
    VOID = "void"  # a party did not reveal, or the seal was given up; public


DRAW_TRANSITIONS: Mapping[DrawState, frozenset[DrawState]] = {
    DrawState.FROZEN: frozenset({DrawState.COMMITTED, DrawState.VOID}),
    DrawState.COMMITTED: frozenset({DrawState.SEALED, DrawState.VOID}),
    DrawState.SEALED: frozenset({DrawState.DRAWN, DrawState.VOID}),
    DrawState.DRAWN: frozenset(),
    DrawState.VOID: frozenset(),
}
