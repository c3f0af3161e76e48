"""A recruited trial behind the application, at the tests' own time."""

import pytest

from tests.trials.draws.world import NOON, recruited
from tests.web.visitors import Visitors


@pytest.fixture
def world(session):
    return recruited(session)


@pytest.fixture
def visitors(world, client):
    return Visitors(client, world).at(NOON)
