"""The draw: pure functions from a sealed record and its nonces to an allocation.

``Design`` declares, ``assign`` draws from words, ``draw`` is the official draw of loting-draw/1.
"""

from randomisation.blocked import assign
from randomisation.design import BalanceRule, Design, stratified
from randomisation.drawing import draw
from randomisation.entropy import Party, commitment
from randomisation.enumeration import enumerate_allocations, support
from randomisation.errors import (
    DesignError,
    NothingAccepted,
    RecordError,
    Refusal,
    WrongNonce,
)
from randomisation.frame import Arm
from randomisation.reading import new_record, read_record
from randomisation.receipt import Receipt, public_form
from randomisation.record import Record, Rerandomised, Unit
from randomisation.redrawing import redraw
from randomisation.strata import join_strata, split_strata
from randomisation.verdict import Verdict
from randomisation.verifying import verify

__all__ = [
    "Arm",
    "BalanceRule",
    "Design",
    "DesignError",
    "NothingAccepted",
    "Party",
    "Receipt",
    "Record",
    "RecordError",
    "Refusal",
    "Rerandomised",
    "Unit",
    "Verdict",
    "WrongNonce",
    "assign",
    "commitment",
    "draw",
    "enumerate_allocations",
    "join_strata",
    "new_record",
    "public_form",
    "read_record",
    "redraw",
    "split_strata",
    "stratified",
    "support",
    "verify",
]
