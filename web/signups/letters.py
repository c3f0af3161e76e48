"""Letters that a school sends on: always in plain Dutch, whatever the language of the page."""

from dataclasses import dataclass

from flask import g, render_template
from flask_babel import force_locale

from trials.agreements.protocol import ColumnRole, CouncilRight
from trials.agreements.queries import locked_protocol
from trials.signups.models import SchoolCall, Signup
from web.signups.words import RIGHT_WORDS

ROLE_WORDS = {  # of columns that every parent knows; others go by their own name
    ColumnRole.PUPIL: "een code in plaats van het leerlingnummer",
    ColumnRole.CLASS: "de klas",
    ColumnRole.TAKEN_ON: "de dag van de toets",
}


@dataclass(frozen=True, slots=True)
class SchoolLetter:
    """A letter as text, and the same in parts for a page."""

    text: str

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0]

    @property
    def parts(self) -> list[tuple[str, list[str]]]:
        """Return ("heading" | "list" | "text", lines) in order, without the title."""
        blocks = self.text.strip().split("\n\n")[1:]
        return [_part([line for line in block.split("\n") if line]) for block in blocks]

    @property
    def plain(self) -> str:
        """Return the text as a mail or word processor takes it."""
        return self.text.replace("## ", "").strip() + "\n"


def letter_of(which: str, signup: Signup, call: SchoolCall) -> SchoolLetter:
    """Return the letter to the ``parents`` or the memo for the ``council`` of one school."""
    trial = signup.trial
    with force_locale("nl"):
        text = render_template(
            f"signups/letters/{which}.txt",
            signup=signup,
            trial=trial,
            call=call,
            protocol=locked_protocol(g.session, trial.id),
            evaluator=trial.evaluator.name if trial.evaluator else "",
            role_words=ROLE_WORDS,
            right_nl=str(RIGHT_WORDS[CouncilRight(call.council_right)]),
        )
    return SchoolLetter(text)


def _part(lines: list[str]) -> tuple[str, list[str]]:
    if lines and lines[0].startswith("## "):
        return "heading", [lines[0].removeprefix("## ")]
    if lines and all(line.startswith("- ") for line in lines):
        return "list", [line.removeprefix("- ") for line in lines]
    return "text", lines
