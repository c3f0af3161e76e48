"""What an analysis refuses, each with a sentence that names what is wrong and the cure."""


class AnalysisError(Exception):
    """A refusal by the analysis.

    ``sentence`` is a template in English and the key of its translation; ``values`` fill it.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values


class UnusableReceipt(AnalysisError):
    """A receipt that does not hold. Why not is said in the English of ``loting verify``."""

    def __init__(self, why: object) -> None:
        super().__init__("the receipt cannot be used: {why}", why=why)


class RankDeficient(AnalysisError):
    """A column of the design follows from the others; ``column`` is its number."""

    def __init__(self, sentence: str, *, column: int, **values: object) -> None:
        super().__init__(sentence, column=column, **values)
        self.column = column


class Explained(AnalysisError):
    """Nothing is left of the outcome once the design is taken out."""
