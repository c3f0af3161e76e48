"""The steps of a sign-up: which page comes when, and how long it still takes."""

from dataclasses import dataclass

from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the sign-up."""

    number: int
    endpoint: str
    minutes: int  # left from here to the end


SCHOOL = Step(1, "signups.find_school", 10)
WHO = Step(2, "signups.who", 9)
QUESTIONS = Step(3, "signups.questions", 8)
GROUPS = Step(4, "signups.groups", 6)
TESTS = Step(5, "signups.tests", 5)
INTERVENTIONS = Step(6, "signups.interventions", 4)
BOTH = Step(7, "signups.both_groups", 3)
CHECK = Step(8, "signups.check", 2)


def next_step(signup: Signup) -> Step:
    """Return the first page that has no answer yet."""
    if not signup.groups:
        return GROUPS
    if not signup.tests:
        return TESTS
    return CHECK if signup.both_arms_accepted_at else INTERVENTIONS
