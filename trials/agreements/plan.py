"""What an analysis plan says, as structured data that the estimate follows.

``read_plan`` checks it against the locked protocol: a plan can only name what the protocol has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from trials.agreements.protocol import CODE, ColumnRole, InstrumentRole, Protocol, Unit
from trials.errors import BadInput
from trials.fields import Fields

LEAST_IN_SUBGROUP = 10  # pupils; smaller groups are not shown to anyone


class AnalysisDesign(StrEnum):
    """The designs of ``loting estimate``."""

    CLUSTER = "cluster"
    MULTISITE = "multisite"
    MULTISITE_SLOPE = "multisite-slope"
    FIXED_EFFECTS = "fixed-effects"


class EstimationMethod(StrEnum):
    REML = "reml"
    ML = "ml"


class DfMethod(StrEnum):
    KENWARD_ROGER = "kenward-roger"
    SATTERTHWAITE = "satterthwaite"
    BETWEEN_WITHIN = "between-within"
    NORMAL = "normal"


class MissingRule(StrEnum):
    """What happens to pupils without a covariate or an outcome."""

    COMPLETE_CASES = "complete_cases"
    IMPUTE_ABOVE = "impute_above"  # complete cases; imputation as well above a share missing


@dataclass(frozen=True, slots=True)
class Subgroup:
    """A group named beforehand: a column of the data list, or a stratum of the draw."""

    column: str
    title_nl: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Missing:
    rule: MissingRule
    above: float  # share of pupils, 0 to 1, from which imputation is added
    imputations: int  # 0 where there are none
    text_nl: str
    text_en: str


@dataclass(frozen=True, slots=True)
class DoseThreshold:
    """Compliance is dose at or above the threshold, as the protocol measures dose."""

    dose: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Plan:
    outcome: str  # code of the primary outcome
    wave: int
    secondary: tuple[str, ...]  # codes of further outcomes
    design: AnalysisDesign
    method: EstimationMethod
    df_method: DfMethod
    level: float  # of the interval, 0.95
    covariates: tuple[str, ...]  # codes, in the order of the model
    categorical: tuple[str, ...]  # those of the covariates that are no numbers
    strata: tuple[str, ...]  # codes of the protocol's strata, crossed in the model
    subgroups: tuple[Subgroup, ...]
    smallest_subgroup: int  # pupils per arm below which a subgroup is not estimated
    compliance: DoseThreshold
    missing: Missing
    permutations: int  # 0 for none
    software: str


def read_plan(content: object, protocol: Protocol | None) -> Plan:
    """Return the plan that ``content`` describes.

    Without a protocol it is not checked against one: a locked plan stands as it was signed.
    Raises ``BadInput`` whose ``problems`` name each field that needs mending.
    """
    fields = Fields(content)
    plan = Plan(
        outcome=fields.text("outcome", pattern=CODE, longest=32),
        wave=fields.whole("wave", least=1, most=20),
        secondary=fields.texts("secondary"),
        design=fields.choice("design", AnalysisDesign),
        method=fields.choice("method", EstimationMethod),
        df_method=fields.choice("df_method", DfMethod),
        level=fields.number("level", least=0.5, most=0.999),
        covariates=fields.texts("covariates"),
        categorical=fields.texts("categorical"),
        strata=fields.texts("strata"),
        subgroups=tuple(_subgroup(part) for part in fields.parts("subgroups")),
        smallest_subgroup=fields.whole("smallest_subgroup", least=LEAST_IN_SUBGROUP, most=10_000),
        compliance=_compliance(fields.part("compliance")),
        missing=_missing(fields.part("missing")),
        permutations=fields.whole("permutations", least=0, most=1_000_000),
        software=fields.text("software"),
    )
    if protocol is not None and not fields.problems:
        for problem in _contradictions(plan, protocol):
            fields.refuse(problem)
    fields.finish()
    return plan


def _subgroup(part: Fields) -> Subgroup:
    return Subgroup(
        column=part.text("column", pattern=CODE, longest=32),
        title_nl=part.text("title_nl"),
        title_en=part.text("title_en"),
    )


def _compliance(part: Fields) -> DoseThreshold:
    return DoseThreshold(
        dose=part.text("dose", pattern=CODE, longest=32),
        threshold=part.number("threshold", least=0, most=100_000),
    )


def _missing(part: Fields) -> Missing:
    missing = Missing(
        rule=part.choice("rule", MissingRule),
        above=part.number("above", least=0, most=1),
        imputations=part.whole("imputations", least=0, most=1000),
        text_nl=part.text("text_nl", longest=1000),
        text_en=part.text("text_en", longest=1000),
    )
    if (missing.rule is MissingRule.IMPUTE_ABOVE) is not (missing.imputations >= 20):
        part.refuse(
            BadInput(
                "imputing takes at least 20 imputations, complete cases none",
                field=part.place("imputations"),
            )
        )
    return missing


def _contradictions(plan: Plan, protocol: Protocol) -> Iterable[BadInput]:
    """Yield what the protocol does not allow the plan to say."""
    outcomes = {i.code for i in protocol.instruments if i.role is InstrumentRole.OUTCOME}
    primary = protocol.primary_outcome()
    if (plan.outcome, plan.wave) != (primary.code, primary.wave):
        yield BadInput(
            "the protocol's primary outcome is {value}, in wave {wave}",
            field="outcome",
            value=primary.code,
            wave=primary.wave,
        )
    before = {i.code for i in protocol.instruments if i.role is not InstrumentRole.OUTCOME}
    listed = {c.code for c in protocol.columns if c.role is ColumnRole.COVARIATE}
    strata = {stratum.code for stratum in protocol.draw.strata}
    allowed = {
        "secondary": (plan.secondary, outcomes - {primary.code}),
        "covariates": (plan.covariates, before | listed),
        "categorical": (plan.categorical, set(plan.covariates)),
        "strata": (plan.strata, strata),
        "subgroups": ([s.column for s in plan.subgroups], before | listed | strata),
        "compliance.dose": ([plan.compliance.dose], _doses(protocol)),
    }
    for field, (named, known) in allowed.items():
        for name in named:
            if name not in known:
                yield BadInput("the protocol has no {value} for this", field=field, value=name)
    if (plan.design is AnalysisDesign.CLUSTER) is not (protocol.unit is Unit.SITE):
        yield BadInput(
            "sites that were drawn whole need the design cluster, "
            "classes or pupils drawn within sites one of the others",
            field="design",
        )


def _doses(protocol: Protocol) -> set[str]:
    return {"sessions", *(component.code for component in protocol.components)}
