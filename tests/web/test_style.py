"""Pages are made of what the style sheets know; a class nobody styled is a typing error."""

import re
from pathlib import Path

import pytest

STATIC = Path("web/static")
TEMPLATES = [path for path in Path("web").rglob("*.html") if "templates" in path.parts]
STYLED = {
    name
    for sheet in STATIC.rglob("*.css")
    for name in re.findall(r"\.([a-zA-Z][\w-]*)", sheet.read_text(encoding="utf-8"))
} | {  # classes by which our scripts find their place
    name
    for script in STATIC.glob("*.js")
    for name in re.findall(r"\"\.([a-zA-Z][\w-]*)\"", script.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_class_is_styled(template):
    text = re.sub(r"\{[{%#].*?[}%#]\}", " ", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    used = {name for value in re.findall(r'class="([^"]*)"', text) for name in value.split()}

    assert {name for name in used if not name.endswith("--")} - STYLED == set()


def test_colours_are_named_in_the_theme_only():
    """One file to change for another house."""
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "theme.css":
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", 4.5),
        ("ink", "mist", 4.5),
        ("slate", "paper", 4.5),
        ("slate", "mist", 4.5),
        ("petrol", "paper", 4.5),
        ("petrol", "mist", 4.5),
        ("paper", "petrol", 4.5),
        ("paper", "petrol-deep", 4.5),
        ("paper", "ink", 4.5),
        ("ochre", "paper", 4.5),
        ("moss", "paper", 4.5),
        ("brick", "paper", 4.5),
        ("edge", "paper", 3),
        ("edge", "mist", 3),
        ("focus", "ink", 3),
    ],
)
def test_every_pair_of_colours_can_be_read(front, back, least):
    """The contrast ratio of WCAG 2.2, from the relative luminance of both."""
    theme = (STATIC / "theme.css").read_text(encoding="utf-8")
    tokens = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6})", theme))
    bright, dark = sorted((_luminance(tokens[front]), _luminance(tokens[back])), reverse=True)

    assert (bright + 0.05) / (dark + 0.05) >= least


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
