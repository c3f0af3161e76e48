"""Whatever a page or a refusal can say, it can say in Dutch."""

import re

import pytest

from web.catalogues import WEB, folders, gathered, read_catalogue, untranslated


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
