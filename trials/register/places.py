"""Names as DUO prints them, written as people write them: capitals undone, cut texts completed."""

import re

SMALL = {
    "aan",
    "ad",
    "bij",
    "ca",
    "de",
    "den",
    "der",
    "en",
    "gem",
    "gem.",
    "het",
    "in",
    "op",
    "ter",
    "van",
}
PROVINCES = {"DR", "FR", "GN", "L", "LB", "NB", "NH", "UT", "ZH"}
ARTICLE = re.compile(r"^'?([st])[ -](?=\w)", re.IGNORECASE)  # 'S-GRAVENHAGE, S GRAVENHAGE, 'T GOY
WITH_ACCENTS = {  # capitals in the register carry none
    "Noardeast-Fryslan": "Noardeast-Fryslân",
    "Sudwest-Fryslan": "Súdwest-Fryslân",
}
DENOMINATIONS_CUT_AT_30 = {
    "Gereformeerd vrijgemaakt / Eva": "Gereformeerd vrijgemaakt / Evangelisch",
    "Evangelische broedergemeenscha": "Evangelische broedergemeenschap",
    "Samenwerking PC, RK, Alg. Bijz": "Samenwerking PC, RK, Alg. Bijz.",
    "Samenwerking Opb., PC, RK, Alg": "Samenwerking Opb., PC, RK, Alg. Bijz.",
    "Protestants-Christelijk/Evange": "Protestants-Christelijk/Evangelisch",
    "Protestants Christelijk/Reform": "Protestants-Christelijk/Reformatorisch",
    "Hindoeistisch": "Hindoeïstisch",
}
G4_MUNICIPALITIES = ("Amsterdam", "Rotterdam", "'s-Gravenhage", "Utrecht")
ALSO_CALLED = {
    "'s-Gravenhage": "Den Haag",
    "'s-Hertogenbosch": "Den Bosch",
    "Friesland": "Fryslân",
    "Súdwest-Fryslân": "Zuidwest-Friesland",
}


def proper_place(published: str) -> str:
    """Return a town or municipality in mixed case.

    ``'S-GRAVENHAGE`` and ``S GRAVENHAGE`` both become ``'s-Gravenhage``; a name that is in mixed
    case already stays as it is.
    """
    if published != published.upper():
        return published
    article, rest = "", published
    if match := ARTICLE.match(published):
        letter = match[1].lower()
        article = "'s-" if letter == "s" else "'t "
        rest = published[match.end() :]
    words = [_word(word, first=position == 0) for position, word in enumerate(rest.split())]
    name = article + " ".join(words)
    return WITH_ACCENTS.get(name, name)


def _word(word: str, *, first: bool) -> str:
    if not first and word.lower() in SMALL:
        return word.lower()
    if not first and word in PROVINCES:
        return word
    return "-".join(_capitalised(part) for part in word.split("-"))


def _capitalised(part: str) -> str:
    if part.startswith("IJ"):
        return "IJ" + part[2:].lower()
    return part[:1] + part[1:].lower()


def whole_denomination(published: str) -> str:
    """Return a denomination in full where DUO cuts it at 30 characters."""
    return DENOMINATIONS_CUT_AT_30.get(published, published)
