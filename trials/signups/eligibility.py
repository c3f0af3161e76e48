"""Whether a school may take part: its sector and its answers against the call, at once."""

from collections.abc import Mapping

from trials.errors import BadInput
from trials.signups.models import SchoolCall

SECTOR = "sector"  # the obstacle that lies in the register, not in an answer


def check_answers(call: SchoolCall, answers: Mapping[str, bool]) -> dict[str, bool]:
    """Return the answers in the order of the questions.

    Raises ``BadInput`` with one problem for each question left open.
    """
    problems = tuple(
        BadInput("answer yes or no to this question", field=question["key"])
        for question in call.questions
        if not isinstance(answers.get(question["key"]), bool)
    )
    if problems:
        raise BadInput("{count} questions still need an answer", problems, count=len(problems))
    return {question["key"]: answers[question["key"]] for question in call.questions}


def obstacles(call: SchoolCall, sector: str, answers: Mapping[str, bool]) -> tuple[str, ...]:
    """Return what stands in the way: ``"sector"`` and keys of questions; none means eligible."""
    found = [] if sector in call.sectors else [SECTOR]
    found += [
        question["key"]
        for question in call.questions
        if answers.get(question["key"]) is not question["must_be"]
    ]
    return tuple(found)
