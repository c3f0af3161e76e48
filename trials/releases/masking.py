"""What stands in the dataset for arms, schools and classes, all from the draw's seed."""

import hmac
from collections.abc import Iterable
from string import ascii_uppercase


def masked_labels(arms: Iterable[str], seed: str) -> dict[str, str]:
    """Map each arm to A, B, C … in an order that only the draw's seed decides.

    ``seed`` is the hexadecimal seed of the trial's first receipt, so whoever holds the receipt
    can check the masking afterwards, and nobody can guess it before.
    """

    def place(arm: str) -> bytes:
        return hmac.digest(bytes.fromhex(seed), f"loting-mask/1\n{arm}".encode(), "sha256")

    return dict(zip(sorted(set(arms), key=place), ascii_uppercase, strict=False))


def pseudonym(seed: str, kind: str, number: int | str) -> str:
    """Return the dataset's name of a school or class that was not itself a unit of the draw.

    Units have such a name too while arms are masked.
    """
    digest = hmac.digest(bytes.fromhex(seed), f"loting-{kind}/1\n{number}".encode(), "sha256")
    return f"{kind}-{digest.hex()[:10]}"
