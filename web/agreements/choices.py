"""The choices of an enumeration, in words."""

from enum import StrEnum

from flask_babel import gettext
from wtforms import SelectChoice

from web.languages import label


def choices_of(options: type[StrEnum]) -> list[SelectChoice]:
    return [SelectChoice(option.value, label(option)) for option in options]


def yes_or_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")
