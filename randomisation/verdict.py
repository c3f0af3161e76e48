"""What is said of a receipt that was recomputed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a receipt holds, and one sentence that says so or says why not."""

    holds: bool
    sentence: str
