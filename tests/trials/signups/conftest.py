"""A trial in design, for every test of the call for schools."""

import pytest
from sqlalchemy.orm import Session

from tests.trials.school_trial import Scene, designed_trial


@pytest.fixture
def scene(session: Session) -> Scene:
    return designed_trial(session)
