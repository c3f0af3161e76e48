"""The forms on a page, filled in as somebody would who has no idea what they are for."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {
    "date": "2027-02-01",
    "datetime-local": "2027-02-01T12:00",
    "email": "naam@voorbeeld.example",
    "number": "1",
}


@dataclass
class FilledForm:
    """Where a form is sent, empty for the page itself, and what is sent."""

    action: str
    values: dict[str, str] = field(default_factory=dict)


def forms_of(page: str) -> list[FilledForm]:
    """Return the forms of an HTML page that are posted: first choices, and words where none are."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FilledForm] = []
        self.values: dict[str, str] | None = None  # of the form that is being read
        self.select = ""

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in found}
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if tag == "form" and attributes.get("method") == "post":
            self.forms.append(FilledForm(attributes.get("action", "")))
            self.values = self.forms[-1].values
        elif self.values is None:
            return
        elif tag == "select":
            self.select = name
        elif tag == "option" and value and self.select:
            self.values.setdefault(self.select, value)
        elif tag == "textarea":
            self.values[name] = "Woorden."
        elif tag == "input" and attributes.get("type") != "file":
            self.values.setdefault(name, value or TYPED.get(attributes.get("type", ""), "Woorden"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.values = None
        elif tag == "select":
            self.select = ""
