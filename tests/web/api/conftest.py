"""The API with something to read behind every operation, asked with tokens."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.copying import copied
from tests.trials.school_trial import NOON
from tests.web.api.world import World, make_world, token_of

Ask = Callable[..., TestResponse]


@pytest.fixture
def world(session) -> World:
    return copied(session, make_world)


@pytest.fixture
def ask(app, client, session, world) -> Ask:
    """Ask for a path under /api/v1 as one of the scene's people, or as a stranger."""
    app.config["CLOCK"] = lambda: NOON

    def ask(path: str, name: str | None = None, *, token: str | None = None, **headers: str):
        if name is not None:
            token = token_of(session, world.scene.people[name])
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return client.get(f"/api/v1{path}", headers=headers)

    return ask
