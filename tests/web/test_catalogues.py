"""Whatever a page or a refusal can say, it can say in Dutch."""

import ast
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from analysis.errors import AnalysisError
from web.catalogues import (
    ANALYSIS,
    REFUSED_KEYWORDS,
    TRIALS,
    WEB,
    compile_all,
    folders,
    gathered,
    read_catalogue,
    untranslated,
)


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_every_message_has_a_dutch_text(folder):
    assert untranslated(gathered(folder)) == []


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_a_translation_fills_in_what_the_message_fills_in(folder):
    for entry in read_catalogue(folder):
        texts = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        if not entry.id:
            continue
        allowed = {name for message in ids for name in _blanks(message)}
        for text in texts:
            assert _blanks(text) <= allowed, entry.id


def test_the_same_english_has_the_same_dutch_in_every_folder():
    """At the run of the pages the catalogues are one: the last Dutch text would count for all."""
    known: dict[tuple[str, str | None], tuple[str, object]] = {}
    for folder in folders():
        for entry in read_catalogue(folder):
            message = entry.id[0] if isinstance(entry.id, tuple) else entry.id
            first = entry.string[0] if isinstance(entry.string, tuple) else entry.string
            place, dutch = known.setdefault((message, entry.context), (folder.name, first))
            assert not message or dutch == first, f"“{message}” in {place} and {folder.name}"


def test_the_reader_hebt_and_never_heeft():
    heeft = re.compile(r"\b[Uu](?: \w+){0,4} heeft\b|\b[Hh]eeft u\b")
    texts = [str(entry.string) for folder in folders() for entry in read_catalogue(folder)]
    letters = (*TRIALS.rglob("letters.py"), *WEB.rglob("templates/**/*.txt"))
    texts += [path.read_text(encoding="utf-8") for path in letters]

    assert [found[0] for text in texts if (found := heeft.search(text))] == []


def test_every_room_of_the_domain_has_pages_that_translate_its_refusals():
    """A folder of ``trials`` with refusals but no folder in ``web`` would speak English only."""
    rooms = {path.parent.name for path in TRIALS.glob("*/__init__.py")}
    pages = {folder.name for folder in folders()}

    assert {room for room in rooms - pages if _refuses(TRIALS / room)} == set()


def test_every_sentence_of_an_analysis_is_literal_and_has_a_dutch_text():
    """A sentence in a variable or an f-string would not be gathered, and stay English."""
    reports = WEB / "reports"
    dutch = read_catalogue(reports)
    sentences = [call.args[0] for source in ANALYSIS.rglob("*.py") for call in _refusals(source)]
    assert len(sentences) > 100

    assert [
        ast.unparse(sentence)
        for sentence in sentences
        if not isinstance(sentence, ast.Constant) or dutch.get(str(sentence.value)) is None
    ] == []


def test_every_kind_of_refusal_by_an_analysis_is_gathered():
    """Why a receipt does not hold is told by ``loting verify``, not on a page."""
    kinds = {kind.__name__ for kind in (AnalysisError, *AnalysisError.__subclasses__())}

    assert kinds - {"UnusableReceipt"} <= REFUSED_KEYWORDS.keys()


def test_processes_that_compile_at_once_do_not_trip_over_each_other(tmp_path, monkeypatch):
    shutil.copytree(WEB / "draws/translations", tmp_path / "draws/translations")
    shutil.copytree(WEB / "calls/translations", tmp_path / "calls/translations")
    for compiled in tmp_path.rglob("*.mo"):
        compiled.unlink()
    monkeypatch.setattr("web.catalogues.WEB", tmp_path)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: compile_all(), range(4)))

    assert len(list(tmp_path.rglob("*.mo"))) == 2
    assert list(tmp_path.rglob("*.part")) == []
    assert compile_all() == 0


def _blanks(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sd]|\{(\w+)\}", text))


def test_the_templates_hold_no_script_and_no_style_of_their_own():
    """The content policy forbids them; a page that needs one is broken for everybody."""
    inline = re.compile(
        r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", re.IGNORECASE
    )
    templates = [path for path in WEB.rglob("*.html") if "templates" in path.parts]
    assert len(templates) > 5

    assert {
        str(path): m.group() for path in templates if (m := inline.search(path.read_text()))
    } == {}


def _refusals(source):
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if named and node.func.id in REFUSED_KEYWORDS:
            yield node


def _refuses(room) -> bool:
    return any(
        isinstance(node, ast.Raise)
        for source in room.rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
    )
