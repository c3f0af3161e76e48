"""An administrator, and cheaper password hashes: the real ones take 150 ms and 64 MiB each."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from tests.trials.people.cast import NOON, add_person
from trials.people.actors import actor_for
from trials.permissions import Actor, Role


@pytest.fixture(autouse=True)
def cheap_hashes() -> Iterator[None]:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trials.people.passwords.HASHER", cheap)
        patch.setattr("trials.people.passwords.NOBODY", cheap.hash("nobody at all"))
        yield


@pytest.fixture
def administrator(session: Session) -> Actor:
    return actor_for(session, add_person(session, "Beheerder", Role.ADMINISTRATOR), NOON)
