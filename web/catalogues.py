"""The Dutch catalogues: ``python -m web.catalogues`` compiles, ``… update`` gathers messages.

Each folder of ``web`` holds the messages of its own templates and code and of the folder of
``trials`` with the same name; what stands at the top of both belongs to ``web`` itself.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).parent
TRIALS = WEB.parent / "trials"
PO = Path("translations/nl/LC_MESSAGES/messages.po")

ERRORS = ("NotFound", "NotAllowed", "NotReady", "Conflict", "BadInput", "ProofNeeded", "TooOften")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
DOMAIN_KEYWORDS = KEYWORDS | dict.fromkeys((*ERRORS, "__init__"), None)
OPTIONS = {"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}}
METHODS = [("**.py", "python"), ("**/templates/**", "jinja2"), ("templates/**", "jinja2")]


def folders() -> list[Path]:
    """Return ``web`` and those of its folders that can hold messages."""
    inside = (path for path in WEB.iterdir() if path.is_dir() and (path / "__init__.py").exists())
    return [WEB, *sorted(inside)]


def messages_of(folder: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Yield (message id, context) of everything the catalogue of ``folder`` must hold."""
    twin = TRIALS if folder == WEB else TRIALS / folder.name
    for source, keywords in ((folder, KEYWORDS | DOMAIN_KEYWORDS), (twin, DOMAIN_KEYWORDS)):
        if not source.is_dir():
            continue
        found = extract_from_dir(
            source,
            METHODS,
            OPTIONS,
            keywords,
            directory_filter=_only_here if source in (WEB, TRIALS) else None,
        )
        for _file, _line, message, _comments, context in found:
            yield message, context


def _only_here(directory: str) -> bool:
    """At the top: leave out the folders that have a catalogue of their own."""
    return not (Path(directory) / "__init__.py").exists() or Path(directory) in (WEB, TRIALS)


def read_catalogue(folder: Path) -> Catalog:
    path = folder / PO
    if not path.exists():
        return Catalog(locale="nl")
    with path.open("rb") as file:
        return read_po(file, locale="nl")


def update(folder: Path) -> Catalog:
    """Add new messages to the folder's catalogue; keep hand-written ones with a context."""
    old = read_catalogue(folder)
    new = Catalog(locale="nl", creation_date=datetime(2026, 1, 1, tzinfo=UTC), fuzzy=False)
    new.revision_date = new.creation_date
    for message, context in messages_of(folder):
        known = old.get(message if isinstance(message, str) else message[0], context)
        new.add(message, known.string if known else "", context=context)
    for entry in old:
        if entry.id and entry.context and new.get(entry.id, entry.context) is None:
            new.add(entry.id, entry.string, context=entry.context)
    if len(new):
        path = folder / PO
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, new, width=100, no_location=True, sort_output=True)
    return new


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the messages without a Dutch text."""
    return [str(entry.id) for entry in catalogue if entry.id and not _filled(entry.string)]


def _filled(text: object) -> bool:
    return all(text) if isinstance(text, tuple | list) else bool(text)


def compile_all() -> int:
    """Write the .mo beside every .po; return how many."""
    paths = sorted(WEB.glob(f"**/{PO}"))
    for path in paths:
        with path.open("rb") as file:
            catalogue = read_po(file, locale="nl")
        target, half = path.with_suffix(".mo"), path.with_suffix(".mo.part")
        with half.open("wb") as file:
            write_mo(file, catalogue)
        half.replace(target)  # at once, so that a running server never reads half a file
    return len(paths)


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        missing = [
            (folder.name, text) for folder in folders() for text in untranslated(update(folder))
        ]
        for name, text in missing:
            print(f"{name}: {text}")
        return 1 if missing else 0
    print(f"{compile_all()} catalogues compiled")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
