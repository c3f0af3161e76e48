"""Records of every kind of design, made from a seed."""

import json
import random
from pathlib import Path

import pytest

from randomisation import Arm, Party, Rerandomised, Unit, commitment, new_record

VECTORS = json.loads((Path(__file__).parent / "draw-vectors.json").read_text(encoding="utf-8"))
ARMS = {
    "blocked": (1, 1),
    "pairs": (1, 1),
    "ratios": (2, 3),
    "three arms": (2, 1, 1),
    "rerandomised": (1, 1),
    "rerandomised three arms": (1, 1, 2),
}


@pytest.fixture(params=VECTORS, ids=[vector["name"] for vector in VECTORS])
def vector(request):
    return request.param


@pytest.fixture
def vectors():
    return VECTORS


@pytest.fixture
def generate():
    """Return a function from a kind of design and a seed to a record and its nonces."""
    return _generate


@pytest.fixture(params=ARMS)
def kind(request):
    return request.param


def _generate(kind, seed):
    source = random.Random(f"{kind} {seed}")
    n = source.randrange(8, 16)
    nonces = [source.randbytes(32).hex() for _ in range(3)]
    rerandomised = kind.startswith("rerandomised")
    record = new_record(
        trial=f"NL-{seed:04d}/1",
        arms=[Arm(f"arm {k} é", ratio) for k, ratio in enumerate(ARMS[kind])],
        units=[
            Unit(
                f"S{i:03d}",
                f"pair/{i // 2}" if kind == "pairs" else source.choice(["po/G4", "vo", "ü"]),
                (f"{source.gauss(50, 9):.2f}", str(source.randrange(-90, 90)))
                if rerandomised
                else (),
            )
            for i in range(n - n % 2)
        ],
        entropy=[
            Party("nro", commitment("nro", nonces[0])),
            Party("evaluator", commitment("evaluator", nonces[1])),
            Party("beacon:voorbeeld:7"),
        ],
        salt=source.randbytes(32).hex(),
        method=Rerandomised(("pretest_mean", "n_pupils"), "0.9") if rerandomised else None,
        rule=source.choice([None, source.randbytes(32).hex()]),
        previous=source.choice([None, source.randbytes(32).hex()]),
    )
    return record, nonces
