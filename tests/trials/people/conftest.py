"""Cheaper password hashes: the real ones take 150 ms and 64 MiB each, on purpose."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher


@pytest.fixture(autouse=True)
def cheap_hashes() -> Iterator[None]:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trials.people.passwords.HASHER", cheap)
        patch.setattr("trials.people.passwords.NOBODY", cheap.hash("nobody at all"))
        yield
