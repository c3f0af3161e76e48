"""What NRO fills in for a call: checked as a whole before anything is stored."""

from dataclasses import dataclass
from datetime import datetime

from trials.calls.models import CallKind, TieRule
from trials.days import slips
from trials.errors import BadInput

LOWEST_SCORE, HIGHEST_SCORE = 1, 9


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """A criterion to be published: weight in percent, minimum mean score or None."""

    name_nl: str
    name_en: str
    weight: int
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call as its maker wants it. ``trial_id`` belongs to a call for evaluators only."""

    kind: CallKind
    title_nl: str
    title_en: str
    text_nl: str
    text_en: str
    opens_at: datetime
    questions_until: datetime
    closes_at: datetime
    criteria: tuple[CriterionDraft, ...]
    tie_rule: TieRule = TieRule.CRITERIA_IN_ORDER
    trial_id: int | None = None

    def check(self) -> None:
        """Raise ``BadInput`` with every problem: texts, order of dates, criteria, weights."""
        problems = [*self._text_problems(), *self._date_problems(), *self._criteria_problems()]
        if (self.kind is CallKind.EVALUATORS) is not (self.trial_id is not None):
            problems.append(
                BadInput("a call for evaluators belongs to one trial, another call to none")
            )
        if problems:
            raise BadInput(
                "{count} fields need mending; nothing was stored",
                tuple(problems),
                count=len(problems),
            )

    def _text_problems(self) -> list[BadInput]:
        problems = []
        for field, longest in (
            ("title_nl", 200),
            ("title_en", 200),
            ("text_nl", 20_000),
            ("text_en", 20_000),
        ):
            text = getattr(self, field).strip()
            if not text:
                problems.append(BadInput("fill this in", field=field))
            elif len(text) > longest:
                problems.append(
                    BadInput("use at most {most} characters", field=field, most=longest)
                )
        return problems

    def _date_problems(self) -> list[BadInput]:
        beyond = slips(
            opens_at=self.opens_at, questions_until=self.questions_until, closes_at=self.closes_at
        )
        if beyond:
            return beyond
        if self.opens_at < self.questions_until <= self.closes_at:
            return []
        return [
            BadInput(
                "a call opens first, then questions end, then it closes",
                field="questions_until",
            )
        ]

    def _criteria_problems(self) -> list[BadInput]:
        problems = []
        total = sum(criterion.weight for criterion in self.criteria)
        if total != 100:
            problems.append(
                BadInput(
                    "the weights add up to {total}; together they must be 100",
                    field="criteria",
                    total=total,
                )
            )
        for number, criterion in enumerate(self.criteria):
            if not criterion.name_nl.strip() or not criterion.name_en.strip():
                problems.append(BadInput("fill this in", field=f"criteria.{number}.name_nl"))
            if criterion.weight < 1 or criterion.weight != int(criterion.weight):
                problems.append(
                    BadInput(
                        "a weight is a whole percentage of at least 1",
                        field=f"criteria.{number}.weight",
                    )
                )
            minimum = criterion.minimum
            if minimum is not None and minimum not in range(LOWEST_SCORE, HIGHEST_SCORE + 1):
                problems.append(
                    BadInput(
                        "a minimum is a whole number from {least} to {most}",
                        field=f"criteria.{number}.minimum",
                        least=LOWEST_SCORE,
                        most=HIGHEST_SCORE,
                    )
                )
        return problems
