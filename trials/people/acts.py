"""Acts that take two persons: what a folder must say about one, and the list of them all."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trials.permissions import Actor, Permission, Scope


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of two-person act.

    ``shown`` returns what both persons read, in values that JSON holds; it must depend on the
    database and the wish only, never on the clock. ``lock`` takes the rows that whoever changes
    what is shown locks too: it is asked once more after that, so that nothing slips in between.
    ``carry_out`` gets exactly what was shown, runs inside the approver's transaction and must not
    open one; it checks the state of its subject.
    """

    name: str
    propose: Permission
    approve: Permission
    scopes: Callable[[Session, int], tuple[Scope, ...]]
    shown: Callable[[Session, int, dict[str, Any]], dict[str, Any]]
    lock: Callable[[Session, int], object]
    carry_out: Callable[[Session, int, dict[str, Any], int, Actor, datetime], object]
    titles: Callable[[Session, int], tuple[str, str]]  # of its trial or call, in Dutch and English


_ACTS: dict[str, Act] = {}


def register_act(act: Act) -> Act:
    """Make an act known under its name. A name belongs to one act."""
    if _ACTS.setdefault(act.name, act) is not act:
        raise ValueError(f"the act {act.name} is registered already")
    return act


def act_named(name: str) -> Act:
    return _ACTS[name]


def registered_acts() -> Mapping[str, Act]:
    """Return every registered act by name."""
    return dict(_ACTS)


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one JSON text of ``content``, in UTF-8: sorted keys, no spaces, no NaN."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def content_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
