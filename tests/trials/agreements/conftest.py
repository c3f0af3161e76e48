"""The trial that every test of its documents is about."""

import pytest
from sqlalchemy.orm import Session

from tests.trials.agreements.cast import Parties


@pytest.fixture
def parties(session: Session) -> Parties:
    return Parties(session)
