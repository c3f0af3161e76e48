"""Finding a school by name, place or BRIN, with tolerance for typing errors and accents.

The database counts, per site, how many trigrams of the words its search text holds; the best few
hundred are then compared word by word here. Both steps are the same on every database.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import zip_longest

from sqlalchemy import ColumnElement, case, literal, select
from sqlalchemy.orm import Session

from trials.register.folding import fold, likeness
from trials.register.models import Site, SiteKind, SiteVersion
from trials.register.queries import SiteCard, read_cards, select_cards, valid_on

CODE = re.compile(r"([0-9oi]{2}[a-z]{2})([0-9oi]{0,2})")
MOST_WORDS = 8
MOST_TRIGRAMS = 20
CANDIDATES = 200
ALIKE = 0.5  # least weighted likeness of a find
NEAR_THE_BEST = 0.7
LITTLE = 0.15  # weight of a word that stands in very many names
COMMON = frozenset(
    {"aan", "basisonderwijs", "basisschool", "bij", "bs", "cbs", "christelijke", "college", "de"}
    | {"den", "der", "een", "en", "het", "in", "katholieke", "kindcentrum", "obs", "op", "openbaar"}
    | {"openbare", "pcbs", "rk", "rkbs", "s", "school", "scholengemeenschap", "t", "te", "van"}
    | {"voor"}
)


def find_sites(
    session: Session,
    words: str,
    on: date,
    limit: int = 20,
    *,
    kind: SiteKind = SiteKind.VESTIGING,
) -> list[SiteCard]:
    """Return the sites open on a day that ``words`` fit best, best first, at most ``limit``.

    A BRIN or site code, whole or its first four characters, finds exactly its sites.
    """
    asked = fold(words).split()[:MOST_WORDS]
    by_code = _sites_of_code(session, asked, on, limit, kind)
    if by_code or not asked:
        return by_code
    ranked = _ranked(asked, _candidates(session, asked, on, kind))[:limit]
    cards = {
        card.version_id: card
        for card in read_cards(session, select_cards().where(SiteVersion.id.in_(ranked)))
    }
    return [cards[version_id] for version_id in ranked]


def _sites_of_code(
    session: Session, asked: Sequence[str], on: date, limit: int, kind: SiteKind
) -> list[SiteCard]:
    codes = [code for word in asked if (code := _code(word, kind))]
    if not codes:
        return []
    query = select_cards().where(Site.kind == kind, Site.code.startswith(codes[0]), *valid_on(on))
    return read_cards(session, query.order_by(Site.code).limit(limit))


def _code(word: str, kind: SiteKind) -> str | None:
    """Return a code with the letters O and I read as digits where only digits can stand."""
    if kind is not SiteKind.VESTIGING:
        return word.upper() if any(c.isdigit() for c in word) else None
    match = CODE.fullmatch(word)
    if match is None:
        return None
    digits = str.maketrans("oi", "01")
    brin, site = match.groups()
    return (brin[:2].translate(digits) + brin[2:] + site.translate(digits)).upper()


def _candidates(
    session: Session, asked: Sequence[str], on: date, kind: SiteKind
) -> list[tuple[int, str]]:
    telling = [word for word in asked if word not in COMMON] or list(asked)
    in_turn = zip_longest(*(_grams(word) for word in telling))  # no word is left out
    wanted = dict.fromkeys(gram for grams in in_turn for gram in grams if gram)
    score = _count(list(wanted)[:MOST_TRIGRAMS]).label("score")
    query = (
        select(SiteVersion.id, SiteVersion.search_text)
        .join(Site)
        .where(Site.kind == kind, *valid_on(on), score > 0)
        .order_by(score.desc(), SiteVersion.id)
        .limit(CANDIDATES)
    )
    return [(version, text) for version, text in session.execute(query)]


def _grams(word: str) -> list[str]:
    """Return the parts of a word to look for; its first two letters count as a word's start."""
    padded = f" {word}"
    return [padded[at : at + 3] for at in range(max(1, len(padded) - 2))]


def _count(grams: Sequence[str]) -> ColumnElement[int]:
    held = [
        case((SiteVersion.search_text.contains(gram, autoescape=False), 1), else_=0)
        for gram in grams
    ]
    total: ColumnElement[int] = literal(0)
    for one in held:
        total = total + one
    return total


def _ranked(asked: Sequence[str], candidates: list[tuple[int, str]]) -> list[int]:
    """Return version ids, best first; what is far behind the best is left out."""
    scored = [
        (-_score(asked, words), len(words), words, version)
        for version, text in candidates
        if (words := text.split())
    ]
    best = -min(scored)[0] if scored else 0.0
    least = max(ALIKE, NEAR_THE_BEST * best)
    return [version for score, _, _, version in sorted(scored) if -score >= least]


def _score(asked: Sequence[str], words: Sequence[str]) -> float:
    weights = [LITTLE if word in COMMON else 1.0 for word in asked]
    alike = [max(likeness(word, other) for other in words) for word in asked]
    return sum(w * a for w, a in zip(weights, alike, strict=True)) / sum(weights)
