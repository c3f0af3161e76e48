"""Verify the receipt of a draw made by loting-draw/1: python verify_draw.py receipt.json

It goes with every draw, needs Python 3.11 or later and nothing else, and shares no code with the
system that drew. It draws again, compares every field, says one sentence, and exits with 0 or 1.
"""

import hashlib
import json
import re
import sys
import unicodedata
from fractions import Fraction
from math import gcd
from pathlib import Path


def demand(condition, sentence):
    if not condition:
        raise ValueError(sentence)


def sha(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def once(pairs):
    demand(len(dict(pairs)) == len(pairs), "a key occurs twice")
    return dict(pairs)


def read(text):
    """The receipt with its texts in NFC. An integer written as -0 is left a text, to differ."""
    value = json.loads(text, parse_int=lambda t: t if t == "-0" else int(t), object_pairs_hook=once)
    return json.loads(unicodedata.normalize("NFC", canonical(value)), object_pairs_hook=once)


def check_record(record):
    ids = [unit["id"].encode() for unit in record["units"]]
    labels, ratios = zip(*(map(arm.get, ("label", "ratio")) for arm in record["arms"]), strict=True)
    demand(record["spec"] == "loting-draw/1", "the record follows another specification")
    demand(ids == sorted(set(ids)), "the units are not sorted, or one is there twice")
    demand(len(set(labels)) == len(labels) > 1, "there is one arm only, or an arm is named twice")
    demand(min(ratios) > 0 and gcd(*ratios) == 1, "the ratios are not positive, in lowest terms")
    demand(all(unit["stratum"].strip() for unit in record["units"]), "a stratum is blank")


def check_nonce(entry, nonce):
    party = entry["party"]
    beacon = party.startswith("beacon:")
    form = "[0-9a-f]{64}([0-9a-f]{64})?" if beacon else "[0-9a-f]{64}"
    demand(re.fullmatch(form, nonce), f"the nonce of {party} is malformed")
    committed = beacon or entry["commitment"] == sha(f"loting-nonce/1\n{party}\n{nonce}")
    demand(committed, f"the nonce of {party} is not the one it committed to")


def word(seed, label, i):
    block = hashlib.sha256(seed + label.encode() + b"\0" + (i // 4).to_bytes(8, "big")).digest()
    return int.from_bytes(block[i % 4 * 8 : i % 4 * 8 + 8], "big")


def candidate(record, seed, c):
    """The arm number of every unit in candidate c."""
    deck = [k for k, arm in enumerate(record["arms"]) for _ in range(arm["ratio"])]
    deal = sorted(range(len(deck)), key=lambda j: (word(seed, f"c/{c}/deck", j), j))
    members: dict = {}
    for i, unit in enumerate(record["units"]):
        members.setdefault(unit["stratum"], []).append((word(seed, f"c/{c}/units", i), i))
    strata = [sorted(members[name]) for name in sorted(members, key=str.encode)]
    arms, dealt = dict.fromkeys(range(len(record["units"])), 0), 0
    for k in sorted(range(len(strata)), key=lambda k: (word(seed, f"c/{c}/strata", k), k)):
        shares = sorted(deck * (len(strata[k]) // len(deck)))
        while len(shares) < len(strata[k]):
            shares.append(deck[deal[dealt % len(deck)]])
            dealt += 1
        arms |= {i: arm for (_, i), arm in zip(strata[k], shares, strict=True)}
    return list(arms.values())


def distance(x, products, arms, k):
    """M between arm k and control, in exact fractions; products are n(n - 1) S."""
    n, n0, nk = len(arms), arms.count(0), arms.count(k)
    weight = [(arm == k) * n0 - (arm == 0) * nk for arm in arms]
    d = [Fraction(sum(map(int.__mul__, column, weight)), n0 * nk) for column in x]
    rows = [[*row, value] for row, value in zip(products, d, strict=True)]
    for i in range(len(rows)):
        demand(rows[i][i], "a covariate is constant or follows from the others")
        rows[i] = [Fraction(entry, rows[i][i]) for entry in rows[i]]
        for j in set(range(len(rows))) - {i}:
            rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i], strict=True)]
    squared = sum(a * row[-1] for a, row in zip(d, rows, strict=True))
    return squared * Fraction(nk * n0 * n * (n - 1), nk + n0)


def accepted(record, seed):
    """The first candidate that the method accepts: its number, its arms, its balance."""
    method, n, others = record["method"], len(record["units"]), range(1, len(record["arms"]))
    if method == {"name": "blocked"}:
        return 0, candidate(record, seed, 0), {}
    demand(method["name"] == "rerandomised", "the method is unknown")
    rows = [unit["covariates"] for unit in record["units"]]
    scale = 10 ** max(len(text) for row in rows for text in row)  # M is the same at any scale
    x = [[int(Fraction(text) * scale) for text in column] for column in zip(*rows, strict=True)]
    products = [[n * sum(map(int.__mul__, a, b)) - sum(a) * sum(b) for b in x] for a in x]
    for c in range(method["max_candidates"]):
        arms = candidate(record, seed, c)
        if {0, *others} <= {*arms}:
            m = max(distance(x, products, arms, k) for k in others)
            if m < Fraction(method["threshold"]):
                digits = str(round(m * 10**12)).zfill(13)  # half to even
                return c, arms, {"balance": f"{digits[:-12]}.{digits[-12:]}"}
    raise ValueError("no candidate is accepted")


def draw(record, nonces):
    check_record(record)
    for entry, nonce in zip(record["entropy"], nonces, strict=True):
        check_nonce(entry, nonce)
    fingerprint = sha(canonical(record))
    seed = hashlib.sha256("\n".join([fingerprint, *nonces]).encode()).digest()
    c, arms, balance = accepted(record, seed)
    again = {"sealed": record, "nonces": nonces, "fingerprint": fingerprint, "seed": seed.hex()}
    allocation, lines = {}, {}
    for unit, k in zip((unit["id"] for unit in record["units"]), arms, strict=True):
        allocation[unit] = record["arms"][k]["label"]
        key = sha(seed + b"line/" + unit.encode())
        lines[unit] = sha(f"loting-line/1\n{unit}\n{allocation[unit]}\n{key}")
    again |= {"candidate": c, "allocation": allocation, "lines": lines}
    return again | {"allocation_sha256": sha(canonical(allocation))} | balance


def main():
    try:
        receipt = read(Path(sys.argv[1]).read_bytes().decode())
        again = draw(receipt["sealed"], receipt["nonces"])
        wrong = [key for key in again | receipt if receipt.get(key) != again.get(key)]
        demand(canonical(receipt) == canonical(again), f"{wrong[:1]} is not what follows")
    except Exception as problem:
        print(f"This receipt does not hold: {str(problem)!a}.")
        return 1
    print(f"This receipt holds: {len(again['allocation'])} units, drawn as the record promised.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
