"""The Dutch catalogues: ``python -m web.catalogues`` compiles them.

``python -m web.catalogues update [FOLDER …]`` gathers messages and prints what lacks Dutch.

Each folder of ``web`` holds the messages of its own templates and code and of the folder of
``trials`` with the same name; what stands at the top of both belongs to ``web`` itself. Why the
pure draw refuses a roster belongs to ``draws``; why an analysis is refused, and what to know of one
that is not, to ``reports``.
"""

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

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
RANDOMISATION = WEB.parent / "randomisation"
PURE_KEYWORDS = {"DesignError": None, "NothingAccepted": None}  # what a roster can be refused for
ANALYSIS = WEB.parent / "analysis"
REFUSED_KEYWORDS = dict.fromkeys(("AnalysisError", "RankDeficient", "Explained", "Notice"), None)
UNSHOWN = ("Permission", "Role", "ScopeKind")  # roles have words of their own in web/roles.py
OPTIONS = {"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}}
METHODS = [("**.py", "python"), ("**/templates/**", "jinja2"), ("templates/**", "jinja2")]


def folders() -> list[Path]:
    """Return ``web`` and those of its folders that speak Dutch; the command line is English."""
    packages = {path.parent for path in WEB.glob("*/__init__.py")}
    return [WEB, *sorted(packages - {WEB / "commands"})]


def messages_of(folder: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Yield (message id, context) of everything the catalogue of ``folder`` must hold."""
    twin = TRIALS if folder == WEB else TRIALS / folder.name
    sources = [(folder, KEYWORDS | DOMAIN_KEYWORDS), (twin, DOMAIN_KEYWORDS)]
    if folder.name == "draws":
        sources.append((RANDOMISATION, PURE_KEYWORDS))
    if folder.name == "reports":
        sources.append((ANALYSIS, REFUSED_KEYWORDS))
    for source, keywords in sources:
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
    yield from _states_of(twin)


def _states_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (value, name of the enumeration) of every StrEnum the folder defines."""
    sources = folder.glob("*.py" if folder == TRIALS else "**/*.py")
    for source in sorted(sources):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and _is_str_enum(node) and node.name not in UNSHOWN:
                yield from ((value.replace("_", " "), node.name) for value in _values_of(node))


def _is_str_enum(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "StrEnum" for base in node.bases)


def _values_of(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            yield str(statement.value.value)


def _only_here(directory: str) -> bool:
    """At the top: leave out the folders that have a catalogue of their own."""
    return not (Path(directory) / "__init__.py").exists() or Path(directory) in (WEB, TRIALS)


def read_catalogue(folder: Path) -> Catalog:
    path = folder / PO
    if not path.exists():
        return Catalog(locale="nl")
    with path.open("rb") as file:
        return read_po(file, locale="nl")


def gathered(folder: Path) -> Catalog:
    """Return what the catalogue of ``folder`` must hold, with the Dutch there is.

    Messages with a context that nothing was found for are kept: they were written by hand.
    """
    old = read_catalogue(folder)
    new = Catalog(locale="nl", creation_date=datetime(2026, 1, 1, tzinfo=UTC), fuzzy=False)
    new.revision_date = new.creation_date  # or every update would differ
    for message, context in messages_of(folder):
        known = old.get(message if isinstance(message, str) else message[0], context)
        new.add(message, known.string if known else "", context=context)
    for entry in old:
        if entry.id and entry.context and new.get(entry.id, entry.context) is None:
            new.add(entry.id, entry.string, context=entry.context)
    return new


def write(folder: Path, catalogue: Catalog) -> None:
    path = folder / PO
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, no_location=True, sort_output=True)


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the messages without a Dutch text."""
    return [str(entry.id) for entry in catalogue if entry.id and not _filled(entry.string)]


def _filled(text: object) -> bool:
    return all(text) if isinstance(text, tuple | list) else bool(text)


def compile_all() -> int:
    """Write the .mo beside every .po that is newer than its own; return how many."""
    stale = [path for path in sorted(WEB.glob(f"**/{PO}")) if _is_stale(path)]
    for path in stale:
        with path.open("rb") as file:
            catalogue = read_po(file, locale="nl")
        half = path.with_suffix(f".{uuid4().hex}.part")  # another process may compile it too
        with half.open("wb") as file:
            write_mo(file, catalogue)
        half.replace(path.with_suffix(".mo"))  # at once, so that a server never reads half a file
    return len(stale)


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < path.stat().st_mtime_ns


def update(names: list[str]) -> int:
    """Bring the catalogues of these folders, or of all, up to date; print what lacks Dutch."""
    chosen = [folder for folder in folders() if not names or folder.name in names]
    lacking = 0
    for folder in chosen:
        catalogue = gathered(folder)
        if len(catalogue):
            write(folder, catalogue)
        for text in untranslated(catalogue):
            print(f"{folder.name}: {text}")
            lacking += 1
    return 1 if lacking else 0


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["update"]:
        return update(arguments[1:])
    print(f"{compile_all()} catalogues compiled")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
