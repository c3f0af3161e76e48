"""What a protocol says, as structured data that sign-ups, uploads, draws and releases obey.

The content of a protocol is JSON (``Document.content``); ``read_protocol`` checks it and returns
the frozen ``Protocol`` below, with the same field names. ``example.py`` holds a complete one.
"""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

CODE = r"[a-z][a-z0-9_]{0,31}"  # a column name that CSV, Stata and SPSS all take
LABEL = r"[a-z0-9][a-z0-9-]{0,59}"
UNKNOWN = "onbekend"  # the level of a unit about which the register says nothing


class Unit(StrEnum):
    """What is allocated."""

    SITE = "site"
    CLASS = "class"
    PUPIL = "pupil"


class DrawMethod(StrEnum):
    BLOCKED = "blocked"
    RERANDOMISED = "rerandomised"
    PAIRS = "pairs"


class StratumSource(StrEnum):
    """Where a unit's stratum comes from: the register, the sign-up, or its own school."""

    PUPILS = "pupils"  # pupils of the groups that take part, cut into bands
    DENOMINATION = "denomination"
    SECTOR = "sector"
    PROVINCE = "province"
    DISADVANTAGE = "disadvantage"  # the school's CBS score, cut into bands
    SITE = "site"  # for classes or pupils drawn within their school


class InstrumentRole(StrEnum):
    """What an instrument serves as."""

    BASELINE = "baseline"
    OUTCOME = "outcome"
    COVARIATE = "covariate"


class Consent(StrEnum):
    """What parents are asked for an instrument."""

    OBJECTION = "objection"  # informed, and may object
    CONSENT = "consent"  # asked beforehand
    NONE = "none"  # the school's own teaching records


class ColumnRole(StrEnum):
    """What a column of an upload is, scores apart."""

    PUPIL = "pupil"  # the school's own pupil number; leaves no trace but a keyed hash
    CLASS = "class"
    COVARIATE = "covariate"
    TAKEN_ON = "taken_on"  # the day of the test


class ColumnKind(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"


class CouncilRight(StrEnum):
    """What the participation council of a school may do about taking part."""

    CONSENT = "consent"
    ADVICE = "advice"
    INFORMED = "informed"


@dataclass(frozen=True, slots=True)
class Size:
    """The planned size and what it can detect."""

    sites: int
    pupils_per_site: int  # expected mean
    detectable_effect: float  # standard deviations, at the power below
    power: float
    icc: float  # of the outcome, at the level of the site
    r2_site: float  # share of variance between sites that the baseline explains
    r2_pupil: float


@dataclass(frozen=True, slots=True)
class Question:
    """A yes-or-no question of eligibility and the answer that a school must be able to give."""

    key: str
    nl: str
    en: str
    must_be: bool


@dataclass(frozen=True, slots=True)
class Eligibility:
    sectors: tuple[str, ...]  # bo, sbo, so, vo … as the register spells them
    grades: tuple[str, ...]
    questions: tuple[Question, ...]  # at most six


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm and its share; the first of a protocol is the control arm."""

    label: str  # as it stands in receipt and dataset
    title_nl: str
    title_en: str
    ratio: int


@dataclass(frozen=True, slots=True)
class Stratum:
    """A column by which units are stratified."""

    code: str
    title_nl: str
    title_en: str
    source: StratumSource
    bounds: tuple[float, ...]  # of the bands, rising; a value on a bound is in the higher band
    levels: tuple[str, ...]  # names of the bands, one more than bounds; empty for a text source

    def level(self, value: str | float | None) -> str:
        """Return the level of one unit; nothing known makes ``onbekend``."""
        if value is None or value == "":
            return UNKNOWN
        if not self.bounds:
            return str(value)
        return self.levels[sum(float(value) >= bound for bound in self.bounds)]


@dataclass(frozen=True, slots=True)
class DrawRule:
    method: DrawMethod
    strata: tuple[Stratum, ...]
    covariates: tuple[str, ...]  # codes of instruments whose site means are balanced
    acceptance: float  # share of candidates accepted when re-randomising, else 1
    parties: tuple[str, ...]  # who commit to a nonce, in order
    beacon: str  # drand, nist, voorbeeld (demonstration only), or "" for none
    school_years: tuple[str, ...] = ()  # two, where a school's classes change arms after the first


@dataclass(frozen=True, slots=True)
class InstrumentPlan:
    """A test or scale and the range its scores may take."""

    code: str  # the column name in uploads and datasets
    title_nl: str
    title_en: str
    role: InstrumentRole
    wave: int  # round of testing; 1 for baseline and first outcome
    primary: bool
    lowest: float
    highest: float
    consent: Consent


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may leave the school, and why it is needed."""

    code: str
    role: ColumnRole
    kind: ColumnKind
    required: bool
    levels: tuple[str, ...]  # the only values allowed, where given
    purpose_nl: str
    purpose_en: str


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the intervention whose delivery is checked, in percent."""

    code: str
    title_nl: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Compliance:
    """When a unit counts as treated: its dose is at least the threshold."""

    dose: str  # "sessions", or the code of a component
    threshold: float
    text_nl: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Hours:
    """What taking part asks of a school, in hours."""

    coordinator: int
    teacher: int
    pupil: int


@dataclass(frozen=True, slots=True)
class Protocol:
    """All of it. Two-language fields end in ``_nl`` and ``_en``."""

    question_nl: str
    question_en: str
    unit: Unit
    size: Size
    eligibility: Eligibility
    arms: tuple[Arm, ...]
    draw: DrawRule
    instruments: tuple[InstrumentPlan, ...]
    columns: tuple[Column, ...]  # the data list, without the scores themselves
    baseline: str  # code of the baseline instrument, or "" where there is none
    components: tuple[Component, ...]
    compliance: Compliance
    council_right: CouncilRight
    hours: Hours
    delivery_from: date
    delivery_until: date
    retention_until: date  # personal data are erased after this day
    ethics_number: str
    dpia_reference: str
    registry_id: str

    @property
    def control(self) -> str:
        """The label of the control arm."""
        return self.arms[0].label

    def arm(self, label: str) -> Arm:
        """Return the arm with this label; raises ``KeyError`` for a label of no arm."""
        return {arm.label: arm for arm in self.arms}[label]

    def arm_in(self, label: str, school_year: str) -> str:
        """Return the arm that a unit drawn into ``label`` is in during a school year.

        In a crossover the two arms of a school change places in the second year; else it is the
        one drawn.
        """
        if school_year not in self.draw.school_years[1:]:
            return label
        return next(arm.label for arm in self.arms if arm.label != label)

    def by_arm_drawn(self, wave: int) -> bool:
        """Say whether units were in the arm drawn up to a round of testing.

        In a crossover the first round is that of the first school year; later ones come after the
        groups changed places, and Loting estimates nothing on them.
        """
        return wave == 1 or not self.draw.school_years

    def instrument(self, code: str, wave: int = 1) -> InstrumentPlan | None:
        return next((i for i in self.instruments if (i.code, i.wave) == (code, wave)), None)

    def primary_outcome(self) -> InstrumentPlan:
        return next(i for i in self.instruments if i.primary)

    def outcome_waves(self) -> tuple[int, ...]:
        """The rounds of outcome testing, in order."""
        return tuple(sorted({i.wave for i in self.instruments if i.role is InstrumentRole.OUTCOME}))

    def data_list(self) -> tuple[str, ...]:
        """Every column name that may leave a school: those of the list and the scores."""
        codes = [column.code for column in self.columns]
        return tuple(dict.fromkeys(codes + [i.code for i in self.instruments]))


def as_content(value: Any) -> dict[str, Any]:
    """Return a protocol or plan as JSON-ready content, the form that is hashed and signed."""
    content: dict[str, Any] = _plain(asdict(value))
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
