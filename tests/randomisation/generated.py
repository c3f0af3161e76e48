"""Records of every kind of design, made from a seed."""

import random

from randomisation import Arm, Party, Record, Rerandomised, Unit, commitment, new_record

ARMS = {  # the ratios of each kind's arms
    "blocked": (1, 1),
    "one stratum": (1, 1),
    "pairs": (1, 1),
    "triples": (1, 1, 1),
    "ratios": (2, 3),
    "three arms": (2, 1, 1),
    "six arms": (1, 1, 1, 1, 1, 1),
    "rerandomised": (1, 1),
    "rerandomised three arms": (1, 1, 2),
}


def generated(kind: str, seed: int) -> tuple[Record, list[str]]:
    """Return a record of 8 to 15 units of this kind, and the nonces of its three parties."""
    source = random.Random(f"{kind} {seed}")
    n = source.randrange(8, 16)
    nonces = [source.randbytes(32).hex() for _ in range(3)]
    rerandomised = kind.startswith("rerandomised")
    threshold = "1.5" if len(ARMS[kind]) == 2 else "2.5"  # some allocation of eight units meets it
    record = new_record(
        trial=f"NL-{seed:04d}/1",
        arms=[Arm(f"arm {k} é", ratio) for k, ratio in enumerate(ARMS[kind])],
        units=[
            Unit(
                f"S{i:03d}",
                _stratum(kind, i, source),
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
        method=Rerandomised(("pretest_mean", "n_pupils"), threshold) if rerandomised else None,
        rule=source.choice([None, source.randbytes(32).hex()]),
        previous=source.choice([None, source.randbytes(32).hex()]),
    )
    return record, nonces


def _stratum(kind: str, unit: int, source: random.Random) -> str:
    fixed = {"one stratum": "all", "pairs": f"pair/{unit // 2}", "triples": f"triple/{unit // 3}"}
    return fixed[kind] if kind in fixed else source.choice(["po/G4", "vo", "ü"])
