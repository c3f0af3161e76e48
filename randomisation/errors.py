"""What the draw refuses, each with a sentence that says what is wrong and how to mend it."""


class Refusal(ValueError):
    """A refusal. ``sentence`` is the template (the key of its translation), ``values`` fill it."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values


class DesignError(Refusal):
    """The design cannot be drawn: its arms, strata, covariates or threshold are at fault."""


class NothingAccepted(DesignError):
    """No candidate met the threshold of a re-randomised draw. Nothing was drawn."""


class RecordError(Refusal):
    """A record, receipt or nonce does not have the form that loting-draw/1 asks for."""


class WrongNonce(RecordError):
    """A revealed nonce is not the one its party committed to."""
