"""Checking the content of a protocol: every field, then what fields say about each other."""

from collections import Counter
from collections.abc import Iterable

from trials.agreements.protocol import (
    CODE,
    LABEL,
    Arm,
    Column,
    ColumnKind,
    ColumnRole,
    Compliance,
    Component,
    Consent,
    CouncilRight,
    DrawMethod,
    DrawRule,
    Eligibility,
    Hours,
    InstrumentPlan,
    InstrumentRole,
    Protocol,
    Question,
    Size,
    Stratum,
    StratumSource,
    Unit,
)
from trials.errors import BadInput
from trials.fields import Fields

BANDED = frozenset({StratumSource.PUPILS, StratumSource.DISADVANTAGE})


def read_protocol(content: object) -> Protocol:
    """Return the protocol that ``content`` describes.

    Raises ``BadInput`` whose ``problems`` name each field that needs mending.
    """
    fields = Fields(content)
    protocol = Protocol(
        question_nl=fields.text("question_nl", longest=1000),
        question_en=fields.text("question_en", longest=1000),
        unit=fields.choice("unit", Unit),
        size=_size(fields.part("size")),
        eligibility=_eligibility(fields.part("eligibility")),
        arms=tuple(_arm(part) for part in fields.parts("arms", least=2)),
        draw=_draw(fields.part("draw")),
        instruments=tuple(_instrument(part) for part in fields.parts("instruments", least=1)),
        columns=tuple(_column(part) for part in fields.parts("columns", least=1)),
        baseline=fields.text("baseline", optional=True),
        components=tuple(_component(part) for part in fields.parts("components", least=1)),
        compliance=_compliance(fields.part("compliance")),
        council_right=fields.choice("council_right", CouncilRight),
        hours=_hours(fields.part("hours")),
        delivery_from=fields.day("delivery_from"),
        delivery_until=fields.day("delivery_until"),
        retention_until=fields.day("retention_until"),
        ethics_number=fields.text("ethics_number", longest=80),
        dpia_reference=fields.text("dpia_reference", longest=80),
        registry_id=fields.text("registry_id", longest=80),
    )
    if not fields.problems:
        for problem in _contradictions(protocol):
            fields.refuse(problem)
    fields.finish()
    return protocol


def _size(part: Fields) -> Size:
    return Size(
        sites=part.whole("sites", least=2, most=5000),
        pupils_per_site=part.whole("pupils_per_site", least=1, most=5000),
        detectable_effect=part.number("detectable_effect", least=0.01, most=3),
        power=part.number("power", least=0.5, most=0.99),
        icc=part.number("icc", least=0, most=0.99),
        r2_site=part.number("r2_site", least=0, most=0.99),
        r2_pupil=part.number("r2_pupil", least=0, most=0.99),
    )


def _eligibility(part: Fields) -> Eligibility:
    sectors, grades = part.texts("sectors", least=1), part.texts("grades", least=1)
    questions = tuple(
        Question(
            key=question.text("key", pattern=CODE),
            nl=question.text("nl", longest=300),
            en=question.text("en", longest=300),
            must_be=question.yes("must_be"),
        )
        for question in part.parts("questions")
    )
    if len(questions) > 6:
        part.refuse(BadInput("ask at most six questions", field=part.place("questions")))
    return Eligibility(sectors, grades, questions)


def _arm(part: Fields) -> Arm:
    return Arm(
        label=part.text("label", pattern=LABEL, longest=60),
        title_nl=part.text("title_nl", longest=120),
        title_en=part.text("title_en", longest=120),
        ratio=part.whole("ratio", least=1, most=9),
    )


def _draw(part: Fields) -> DrawRule:
    return DrawRule(
        method=part.choice("method", DrawMethod),
        strata=tuple(_stratum(stratum) for stratum in part.parts("strata")),
        covariates=part.texts("covariates"),
        acceptance=part.number("acceptance", least=0.0001, most=1),
        parties=part.texts("parties", least=1),
        beacon=part.text("beacon", optional=True, pattern=LABEL, longest=40),
        school_years=part.texts("school_years", longest=9),
    )


def _stratum(part: Fields) -> Stratum:
    source = part.choice("source", StratumSource)
    bounds, levels = part.numbers("bounds"), part.texts("levels")
    if list(bounds) != sorted(set(bounds)):
        part.refuse(BadInput("let the bounds rise", field=part.place("bounds")))
    if bool(bounds) is not (source in BANDED) or (bounds and len(levels) != len(bounds) + 1):
        part.refuse(
            BadInput(
                "a number needs bounds and one more name than bounds; a text none",
                field=part.place("bounds"),
            )
        )
    return Stratum(
        code=part.text("code", pattern=CODE, longest=32),
        title_nl=part.text("title_nl", longest=120),
        title_en=part.text("title_en", longest=120),
        source=source,
        bounds=bounds,
        levels=levels,
    )


def _instrument(part: Fields) -> InstrumentPlan:
    return InstrumentPlan(
        code=part.text("code", pattern=CODE, longest=32),
        title_nl=part.text("title_nl"),
        title_en=part.text("title_en"),
        role=part.choice("role", InstrumentRole),
        wave=part.whole("wave", least=1, most=20),
        primary=part.yes("primary"),
        lowest=part.number("lowest", least=-100_000, most=100_000),
        highest=part.number("highest", least=-100_000, most=100_000),
        consent=part.choice("consent", Consent),
    )


def _column(part: Fields) -> Column:
    return Column(
        code=part.text("code", pattern=CODE, longest=32),
        role=part.choice("role", ColumnRole),
        kind=part.choice("kind", ColumnKind),
        required=part.yes("required"),
        levels=part.texts("levels"),
        purpose_nl=part.text("purpose_nl", longest=300),
        purpose_en=part.text("purpose_en", longest=300),
    )


def _component(part: Fields) -> Component:
    return Component(
        code=part.text("code", pattern=CODE, longest=32),
        title_nl=part.text("title_nl"),
        title_en=part.text("title_en"),
    )


def _compliance(part: Fields) -> Compliance:
    return Compliance(
        dose=part.text("dose", pattern=CODE, longest=32),
        threshold=part.number("threshold", least=0, most=100_000),
        text_nl=part.text("text_nl", longest=500),
        text_en=part.text("text_en", longest=500),
    )


def _hours(part: Fields) -> Hours:
    return Hours(
        coordinator=part.whole("coordinator", least=0, most=500),
        teacher=part.whole("teacher", least=0, most=500),
        pupil=part.whole("pupil", least=0, most=500),
    )


def _contradictions(protocol: Protocol) -> Iterable[BadInput]:
    """Yield what each field allows by itself and the whole does not."""
    yield from _repeated(protocol)
    yield from _instrument_contradictions(protocol)
    known = {instrument.code for instrument in protocol.instruments}
    for code in protocol.draw.covariates:
        if code not in known:
            yield BadInput(
                "{value} is no instrument of this protocol",
                field="draw.covariates",
                value=code,
            )
    if (protocol.draw.method is DrawMethod.BLOCKED) is bool(protocol.draw.covariates):
        yield BadInput(
            "pairs and a re-randomised draw need covariates, a blocked draw takes none",
            field="draw.covariates",
        )
    if protocol.draw.school_years and not _crosses_over(protocol):
        yield BadInput(
            "a crossover has two school years and two groups of equal share, and draws classes "
            "within their school",
            field="draw.school_years",
        )
    if protocol.draw.school_years and not protocol.by_arm_drawn(protocol.primary_outcome().wave):
        yield BadInput(
            "in a crossover the primary outcome is that of the first school year, round 1; "
            "after it the groups have changed places",
            field="draw.school_years",
        )
    if protocol.compliance.dose not in {"sessions"} | {c.code for c in protocol.components}:
        yield BadInput(
            "{value} is neither sessions nor a component of this protocol",
            field="compliance.dose",
            value=protocol.compliance.dose,
        )
    if not protocol.delivery_from < protocol.delivery_until < protocol.retention_until:
        yield BadInput(
            "delivery begins, delivery ends, data are erased: put the dates in that order",
            field="delivery_until",
        )


def _crosses_over(protocol: Protocol) -> bool:
    """Say whether a draw over school years can be one: every school its own control."""
    within = any(stratum.source is StratumSource.SITE for stratum in protocol.draw.strata)
    return (
        within
        and protocol.unit is Unit.CLASS
        and [arm.ratio for arm in protocol.arms] == [1, 1]
        and len(protocol.draw.school_years) == 2
    )


def _repeated(protocol: Protocol) -> Iterable[BadInput]:
    names = {
        "arms": [arm.label for arm in protocol.arms],
        "draw.strata": [stratum.code for stratum in protocol.draw.strata],
        "instruments": [f"{plan.code} ({plan.wave})" for plan in protocol.instruments],
        "columns": [column.code for column in protocol.columns],
        "components": [component.code for component in protocol.components],
        "eligibility.questions": [question.key for question in protocol.eligibility.questions],
    }
    for field, used in names.items():
        for name, times in Counter(used).items():
            if times > 1:
                yield BadInput("{value} is there twice", field=field, value=name)


def _instrument_contradictions(protocol: Protocol) -> Iterable[BadInput]:
    primary = [plan for plan in protocol.instruments if plan.primary]
    if len(primary) != 1 or primary[0].role is not InstrumentRole.OUTCOME:
        yield BadInput("mark exactly one outcome as primary", field="instruments")
    for number, plan in enumerate(protocol.instruments):
        if plan.lowest >= plan.highest:
            yield BadInput(
                "the highest score must be above the lowest",
                field=f"instruments.{number}.highest",
            )
    baselines = {p.code for p in protocol.instruments if p.role is InstrumentRole.BASELINE}
    if protocol.baseline not in (baselines or {""}):
        yield BadInput(
            "name the instrument whose role is baseline, or leave both out",
            field="baseline",
        )
    roles = Counter(column.role for column in protocol.columns)
    if roles[ColumnRole.PUPIL] != 1 or roles[ColumnRole.CLASS] > 1:
        yield BadInput(
            "list one column with the pupil's number and at most one with the class",
            field="columns",
        )
