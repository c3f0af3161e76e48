"""An administrator."""

import pytest
from sqlalchemy.orm import Session

from tests.trials.people.cast import NOON, add_person
from trials.people.actors import actor_for
from trials.permissions import Actor, Role


@pytest.fixture
def administrator(session: Session) -> Actor:
    return actor_for(session, add_person(session, "Beheerder", Role.ADMINISTRATOR), NOON)
