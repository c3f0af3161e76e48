"""Words from a seed: 64-bit integers out of SHA-256 (loting-draw/1, section 3)."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from randomisation.design import Design


def words(seed: bytes, label: str, count: int) -> NDArray[np.uint64]:
    """Return word(label, 0) … word(label, count - 1), shape (count,). The seed is 32 bytes."""
    prefix = seed + label.encode() + b"\0"
    blocks = (
        hashlib.sha256(prefix + number.to_bytes(8, "big")).digest()
        for number in range((count + 3) // 4)
    )
    return np.frombuffer(b"".join(blocks), dtype=">u8")[:count].astype(np.uint64)


def word(seed: bytes, label: str, number: int) -> int:
    """Return word(label, number), a 64-bit integer."""
    block = hashlib.sha256(
        seed + label.encode() + b"\0" + (number // 4).to_bytes(8, "big")
    ).digest()
    start = 8 * (number % 4)
    return int.from_bytes(block[start : start + 8], "big")


def candidate_words(seed: bytes, candidate: int, design: Design) -> NDArray[np.uint64]:
    """Return the words of one candidate, shape (design.n_words,): units, strata, deck."""
    parts = [
        words(seed, f"c/{candidate}/units", design.n_units),
        words(seed, f"c/{candidate}/strata", len(design.blocks)),
        words(seed, f"c/{candidate}/deck", design.deck.size),
    ]
    return np.concatenate(parts)
