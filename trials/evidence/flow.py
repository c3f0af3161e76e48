"""The flow of schools and pupils through a trial, counted from records, never typed in."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from trials.calls.models import PupilsLiveAt, Trial
from trials.draws.models import Draw, DrawUnit
from trials.measurements.models import ClassMoment, PupilCount
from trials.releases.rows import drawn_pupils, scores_of_trial
from trials.signups.models import Answer, Approach, Signup
from trials.signups.states import SignupState


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """Schools and pupils of one arm, from the draw to the analysis."""

    arm: str
    schools_drawn: int
    schools_measured: int  # with at least one primary outcome
    pupils_drawn: int
    pupils_measured: int


@dataclass(frozen=True, slots=True)
class Flow:
    """The boxes of the flow diagram (CONSORT), at both levels."""

    approached: int  # sites
    declined: int
    interested: int
    ineligible: int
    withdrawn_before_draw: int
    schools_drawn: int
    pupils_drawn: int
    arms: tuple[ArmFlow, ...]

    @property
    def attrition(self) -> float:
        """Share of the pupils drawn who have no primary outcome, whatever the unit was."""
        measured = sum(arm.pupils_measured for arm in self.arms)
        return 1 - measured / self.pupils_drawn if self.pupils_drawn else 0.0

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"attrition": self.attrition}


def flow_of(session: Session, trial_id: int) -> Flow:
    """Count a trial's flow. Counts of schools and pupils are exact: they are no statistics."""
    arms = _arms(session, trial_id)
    return Flow(
        approached=_sites_approached(session, trial_id),
        declined=_sites_approached(session, trial_id, answer=Answer.DECLINED),
        interested=_signups(session, trial_id),
        ineligible=_signups(session, trial_id, SignupState.INELIGIBLE),
        withdrawn_before_draw=_withdrawn_before_draw(session, trial_id),
        schools_drawn=sum(arm.schools_drawn for arm in arms),
        pupils_drawn=sum(arm.pupils_drawn for arm in arms),
        arms=arms,
    )


def _sites_approached(session: Session, trial_id: int, *, answer: Answer | None = None) -> int:
    found = select(func.count(distinct(Approach.site_id))).where(Approach.trial_id == trial_id)
    if answer is not None:
        found = found.where(Approach.answer == answer)
    return session.scalar(found) or 0


def _signups(session: Session, trial_id: int, state: SignupState | None = None) -> int:
    found = select(func.count(Signup.id)).where(Signup.trial_id == trial_id)
    if state is not None:
        found = found.where(Signup.state == state)
    return session.scalar(found) or 0


def _withdrawn_before_draw(session: Session, trial_id: int) -> int:
    drawn = select(DrawUnit.signup_id).where(DrawUnit.arm.is_not(None))
    found = select(func.count(Signup.id)).where(
        Signup.trial_id == trial_id,
        Signup.state == SignupState.WITHDRAWN,
        Signup.id.not_in(drawn),
    )
    return session.scalar(found) or 0


def _arms(session: Session, trial_id: int) -> tuple[ArmFlow, ...]:
    schools: dict[str, set[int]] = {}
    units = (
        select(DrawUnit.arm, DrawUnit.signup_id)
        .join(Draw)
        .where(Draw.trial_id == trial_id, DrawUnit.arm.is_not(None))
    )
    for arm, signup_id in session.execute(units):
        schools.setdefault(str(arm), set()).add(signup_id)
    trial = session.get_one(Trial, trial_id)
    if trial.pupils_live_at is PupilsLiveAt.EVALUATOR:
        return _by_counts(session, schools)
    return _by_pupils(session, trial_id, schools)


def _by_counts(session: Session, schools: dict[str, set[int]]) -> tuple[ArmFlow, ...]:
    """Count by what schools reported: their pupils are at the evaluator."""
    counts: dict[ClassMoment, dict[int, int]] = {moment: {} for moment in ClassMoment}
    rows = select(PupilCount.moment, PupilCount.signup_id, PupilCount.pupils)
    for moment, signup_id, pupils in session.execute(rows.where(PupilCount.wave == 1)):
        counts[moment][signup_id] = pupils
    drawn, tested = counts[ClassMoment.DRAW], counts[ClassMoment.TEST]
    return tuple(
        ArmFlow(
            arm=arm,
            schools_drawn=len(members),
            schools_measured=sum(tested.get(school, 0) > 0 for school in members),
            pupils_drawn=sum(drawn.get(school, 0) for school in members),
            pupils_measured=sum(tested.get(school, 0) for school in members),
        )
        for arm, members in sorted(schools.items())
    )


def _by_pupils(
    session: Session, trial_id: int, schools: dict[str, set[int]]
) -> tuple[ArmFlow, ...]:
    """Count pupils by their arm, tombstones included: they were drawn."""
    measured_ids = _with_primary_outcome(session, trial_id)
    pupils: dict[str, list[int]] = {arm: [] for arm in schools}
    measured: dict[str, set[int]] = {arm: set() for arm in schools}
    for member in drawn_pupils(session, trial_id, with_erased=True):
        if member.pupil.enrolled_at > member.drawn_at:
            continue  # joined later: in the dataset, flagged, but not among those drawn
        arm = str(member.unit.arm)
        pupils[arm].append(member.pupil.id)
        if member.pupil.id in measured_ids:
            measured[arm].add(member.pupil.signup_id)
    return tuple(
        ArmFlow(
            arm=arm,
            schools_drawn=len(members),
            schools_measured=len(measured[arm]),
            pupils_drawn=len(pupils[arm]),
            pupils_measured=sum(pupil in measured_ids for pupil in pupils[arm]),
        )
        for arm, members in sorted(schools.items())
    )


def _with_primary_outcome(session: Session, trial_id: int) -> set[int]:
    """Return the pupils with a primary outcome; one that was taken away no longer counts."""
    scores = scores_of_trial(session, trial_id)
    primary = [instrument.id for instrument in scores.instruments if instrument.primary]
    return {
        pupil_id
        for pupil_id, newest in scores.by_pupil.items()
        if any(number in newest and newest[number].value is not None for number in primary)
    }
