"""What each pupil had of the intervention, as the protocol measures compliance."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.delivery.standing import standing_checks, standing_doses
from trials.measurements.models import Pupil
from trials.signups.models import Signup

SESSIONS = "sessions"


@dataclass(frozen=True, slots=True)
class Doses:
    """Sessions counted for pupil, class and school together, or the mean score of a component."""

    by_target: Mapping[str, float]  # site:12, class:5 or pupil:99, as delivery names them
    by_signup: Mapping[int, float]
    control: str

    def of(self, pupil: Pupil, class_id: int | None, arm: str) -> float | None:
        """Return a pupil's dose; None where it is drawn to the intervention and nothing is known.

        In the control arm nothing noted is nothing had.
        """
        known = [
            self.by_target[target]
            for target in (f"pupil:{pupil.id}", f"class:{class_id}")
            if target in self.by_target
        ]
        if pupil.signup_id in self.by_signup:
            known.append(self.by_signup[pupil.signup_id])
        if known:
            return float(sum(known))
        return 0.0 if arm == self.control else None


def doses_of_trial(session: Session, trial_id: int, protocol: Protocol) -> Doses:
    """Gather what was noted of the dose that the protocol's compliance is about."""
    signups = list(session.scalars(select(Signup.id).where(Signup.trial_id == trial_id)))
    if protocol.compliance.dose != SESSIONS:
        scores = defaultdict(list)
        for check in standing_checks(session, signups):
            if check.component == protocol.compliance.dose:
                scores[check.signup_id].append(check.score)
        means = {signup: fmean(values) for signup, values in scores.items()}
        return Doses({}, means, protocol.control)
    parts: dict[str, float] = defaultdict(float)
    whole: dict[int, float] = defaultdict(float)
    for dose in standing_doses(session, signups):
        if dose.class_id is None and dose.pupil_id is None:
            whole[dose.signup_id] += dose.sessions
        else:
            parts[dose.target] += dose.sessions
    return Doses(parts, whole, protocol.control)
