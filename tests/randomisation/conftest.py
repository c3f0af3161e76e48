"""The published vectors and generated records of every kind."""

import json
from pathlib import Path

import pytest

from tests.randomisation.generated import ARMS, generated

VECTORS = json.loads((Path(__file__).parent / "draw-vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(params=VECTORS, ids=[vector["name"] for vector in VECTORS])
def vector(request):
    return request.param


@pytest.fixture
def vectors():
    return VECTORS


@pytest.fixture
def generate():
    """Return a function from a kind of design and a seed to a record and its nonces."""
    return generated


@pytest.fixture(params=ARMS)
def kind(request):
    return request.param
