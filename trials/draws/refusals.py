"""What the pure draw refuses, said as the domain says it."""

from randomisation import Refusal
from trials.errors import BadInput


def as_bad_input(refusal: Refusal) -> BadInput:
    """Return the refusal with its sentence and values, so that it is translated like any."""
    return BadInput(refusal.sentence, (), **refusal.values)
