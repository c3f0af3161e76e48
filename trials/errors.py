"""What the domain refuses, each with a sentence that is safe to show."""


class TrialError(Exception):
    """A refusal by the domain.

    ``sentence`` is a template in English and the key of its translation; ``values`` fill it.
    The message is safe to show: what is wrong, where, and how to mend it.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values


class NotFound(TrialError):
    """There is no such thing, or none this reader may know of."""


class NotAllowed(TrialError):
    """The actor's roles do not allow this act."""


class NotReady(TrialError):
    """What this step must hold before does not hold yet, or holds no longer."""


class Conflict(TrialError):
    """Someone else was first, or what was shown has changed since."""


class BadInput(TrialError):
    """What was sent cannot be accepted. Nothing was stored.

    ``problems`` lists every place that needs mending, each a ``BadInput`` of its own.
    """

    def __init__(self, sentence: str, problems: "tuple[BadInput, ...]" = (), **values: object):
        super().__init__(sentence, **values)
        self.problems = problems


class ProofNeeded(TrialError):
    """The act asks for a fresh proof of identity first."""


class TooOften(TrialError):
    """Too many attempts; the sentence says when to try again."""


class IllegalTransition(NotReady):
    """The life cycle does not lead from the current state to the one asked for."""

    def __init__(self, what: str, current: str, target: str) -> None:
        super().__init__(
            "a {current} {what} cannot become {target}", what=what, current=current, target=target
        )
        self.current = current
        self.target = target
