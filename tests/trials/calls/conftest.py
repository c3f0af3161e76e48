"""The programme that every test of calls begins with."""

import pytest
from sqlalchemy.orm import Session

from tests.trials.calls.cast import Programme


@pytest.fixture
def programme(session: Session) -> Programme:
    return Programme(session)
