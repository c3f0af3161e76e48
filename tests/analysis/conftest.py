import json
from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def gold():
    """Reference estimates by id."""
    entries = json.loads((DATA / "gold.json").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in entries}


@pytest.fixture(scope="session")
def load():
    """Read one of the data files as a frame, e.g. ``load("crtData")``."""
    frames = {path.stem: pd.read_csv(path) for path in DATA.glob("*.csv")}
    return lambda name: frames[name].copy()


@pytest.fixture
def crt(load):
    return load("crtData")


@pytest.fixture
def mst(load):
    return load("mstData")
