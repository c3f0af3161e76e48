"""The choices of an enumeration, in words."""

from enum import StrEnum

from wtforms import SelectChoice

from web.languages import label


def choices_of(options: type[StrEnum]) -> list[SelectChoice]:
    return [SelectChoice(option.value, label(option)) for option in options]
