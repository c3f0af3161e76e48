"""Verify the receipt of arrivals by loting-draw/1: python verify_arrivals.py receipt.json

It goes with every enrolment, needs Python 3.11 or later and nothing else, and shares no code with
the system that assigned. It assigns every arrival again, compares every field, says one sentence,
and exits with 0 or 1.
"""

import hashlib
import json
import re
import sys
import unicodedata
from fractions import Fraction
from itertools import count
from math import gcd
from pathlib import Path

DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


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
    method = record["method"]
    labels, ratios = zip(*(map(arm.get, ("label", "ratio")) for arm in record["arms"]), strict=True)
    demand(record["spec"] == "loting-draw/1", "the record follows another specification")
    demand(method["name"] == "minimised", "the method is not that of arrivals")
    demand(len(set(labels)) == len(labels) > 1, "there is one arm only, or an arm is named twice")
    demand(min(ratios) > 0 and gcd(*ratios) == 1, "the ratios are not positive, in lowest terms")
    numbers = [*method["factors"].values(), method["probability"]]
    demand(len(numbers) > 1 and all(map(DECIMAL.fullmatch, numbers)), "a number is not a decimal")
    demand(min(map(Fraction, numbers)) > 0, "a weight or the probability is not above zero")
    demand(Fraction(method["probability"]) < 1, "the probability is not below one")


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


def imbalance(record, joined, levels, joining):
    """The weighted ranges of ratio-scaled counts, were the arrival to join an arm."""
    total = Fraction(0)
    for name, weight in record["method"]["factors"].items():
        counts = [
            Fraction(joined.get((name, levels[name], k), 0) + (k == joining), arm["ratio"])
            for k, arm in enumerate(record["arms"])
        ]
        total += Fraction(weight) * (max(counts) - min(counts))
    return total


def pick(seed, t, codes, i, spare):
    """One of the codes; a word from the largest multiple of their count on is replaced."""
    drawn = word(seed, f"m/{t}", i)
    while drawn >= 2**64 - 2**64 % len(codes):
        drawn = word(seed, f"m/{t}", next(spare))
    return codes[drawn % len(codes)]


def assign(record, seed, t, joined, levels):
    """The arm number of arrival t."""
    codes, spare = range(len(record["arms"])), count(3)
    values = [imbalance(record, joined, levels, k) for k in codes]
    arm = pick(seed, t, [k for k in codes if values[k] == min(values)], 0, spare)
    if word(seed, f"m/{t}", 1) < int(Fraction(record["method"]["probability"]) * 2**64):
        return arm
    return pick(seed, t, [k for k in codes if k != arm], 2, spare)


def enrol(record, nonces, arrivals):
    check_record(record)
    for entry, nonce in zip(record["entropy"], nonces, strict=True):
        check_nonce(entry, nonce)
    fingerprint = last = sha(canonical(record))
    seed = hashlib.sha256("\n".join([fingerprint, *nonces]).encode()).digest()
    rows, lines = [], {}
    joined: dict = {}
    for t, (unit, levels) in enumerate((row["unit"], row["levels"]) for row in arrivals):
        demand(levels.keys() == record["method"]["factors"].keys(), f"{unit} lacks a level")
        demand(unit not in lines and unit.strip(), "a unit arrives twice, or is blank")
        demand(all(level.strip() for level in levels.values()), f"a level of {unit} is blank")
        k = assign(record, seed, t, joined, levels)
        for name, level in levels.items():
            joined[name, level, k] = joined.get((name, level, k), 0) + 1
        arm = record["arms"][k]["label"]
        rows.append({"number": t, "unit": unit, "levels": levels, "arm": arm, "previous": last})
        last = sha(canonical(rows[-1]))
        lines[unit] = sha(f"loting-line/1\n{unit}\n{arm}\n{sha(seed + b'line/' + unit.encode())}")
    again = {"sealed": record, "fingerprint": fingerprint, "nonces": nonces, "seed": seed.hex()}
    return again | {"arrivals": rows, "last": last, "lines": lines}


def main():
    try:
        receipt = read(Path(sys.argv[1]).read_bytes().decode())
        again = enrol(receipt["sealed"], receipt["nonces"], receipt["arrivals"])
        wrong = [key for key in again | receipt if receipt.get(key) != again.get(key)]
        demand(canonical(receipt) == canonical(again), f"{wrong[:1]} is not what follows")
    except Exception as problem:
        print(f"This receipt does not hold: {str(problem)!a}.")
        return 1
    print(f"This receipt holds: {len(again['arrivals'])} arrivals, assigned as was promised.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
