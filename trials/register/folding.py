"""Names without accents, capitals and punctuation, as they are searched."""

import re
import unicodedata
from functools import lru_cache

from trials.register.places import ALSO_CALLED

LONGEST = 500


def fold(text: str) -> str:
    """Return lower-case ASCII words, one space apart: ``'s-Gravenhage`` is ``s gravenhage``."""
    bare = unicodedata.normalize("NFKD", text.replace("@", "a"))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", letters.lower()).strip()


def search_text(code: str, name: str, town: str, municipality: str, province: str) -> str:
    """Return what a site is found by, with a space at both ends so that whole words show."""
    places = dict.fromkeys((town, municipality))
    also = [ALSO_CALLED[place] for place in (*places, province) if place in ALSO_CALLED]
    words = dict.fromkeys(fold(" ".join([name, *places, *also])).split())
    kept = " ".join(words)[: LONGEST - len(code) - 3]
    return f" {kept} {code.lower()} "


@lru_cache(maxsize=20_000)
def trigrams(word: str) -> frozenset[str]:
    """Return the trigrams of a word with its two leading spaces and its trailing one."""
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def likeness(one: str, other: str) -> float:
    """Return how alike two words are, from 0 to 1: Dice's coefficient over their trigrams.

    A word that begins with ``one`` counts as nearly the same: people stop typing.
    """
    if one == other:
        return 1.0
    if len(one) > 2 and other.startswith(one):
        return 0.95
    mine, theirs = trigrams(one), trigrams(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))
