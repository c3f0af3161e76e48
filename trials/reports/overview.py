"""Everything the writers and readers of a report see on its page."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from trials.agreements.plan import Plan
from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_plan, locked_protocol
from trials.calls.models import PupilsLiveAt, Trial
from trials.errors import NotFound
from trials.permissions import Actor
from trials.releases.queries import erased_since, newest_file, true_release
from trials.reports.agreement import Agreement, agreements
from trials.reports.deviations import Deviations, deviations, labelled_analyses
from trials.reports.estimation import as_command
from trials.reports.models import EstimateLabel, Estimation, Part, Report, StoredEstimate
from trials.reports.naming import Title, column_titles
from trials.reports.queries import (
    estimates_of,
    exploratory_estimates,
    lodged_results,
    newest_estimation,
    newest_report,
    planned_estimate,
    recalled_before,
    receipts_of,
    rests_on_replaced_data,
    trial_for_report,
)
from trials.reports.showing import sees_pupils, without_small_groups


@dataclass(frozen=True, slots=True)
class Shown:
    """One estimate as a reader may see it."""

    number: int
    part: Part
    label: EstimateLabel
    specification: dict[str, Any]
    result: dict[str, Any]  # small groups withheld from who may not see pupils
    command: str
    reason: str  # of an exploratory one


@dataclass(frozen=True, slots=True)
class Estimates:
    """The estimates by the plan: one primary, and what goes with it."""

    primary: Shown
    others: tuple[Shown, ...]
    agreements: tuple[Agreement, ...]  # the evaluator's own result beside the primary
    data_sha256: str
    erased: int  # pupils whose data were erased from that dataset since

    def of(self, part: str) -> list[Shown]:
        return [shown for shown in self.others if shown.part == part]


@dataclass(frozen=True, slots=True)
class Overview:
    """The report's page: what was planned, estimated and written so far."""

    trial: Trial
    protocol: Protocol
    plan: Plan
    titles: dict[str, Title]  # of columns
    estimation: Estimation | None  # what was asked last by the plan
    estimates: Estimates | None
    exploratory: tuple[Shown, ...]
    deviations: Deviations
    report: Report | None
    recalled: Report | None  # an earlier version that went back last, for whoever reads the next
    replaced: bool  # the data under the planned estimate: it is made again before a report is
    newest_sha256: str  # of the newest true release, "" where there is none
    file_sha256: str  # of the file registered where pupils live with the evaluator
    commands: tuple[str, ...]  # that the evaluator runs there

    def by_number(self, number: int) -> Shown:
        """Return one of the estimates; raises ``NotFound``."""
        return by_number(self.estimates, self.exploratory, number)


def by_number(estimates: Estimates | None, exploratory: tuple[Shown, ...], number: int) -> Shown:
    """Return one of the estimates a reader may see; raises ``NotFound``."""
    planned = (estimates.primary, *estimates.others) if estimates else ()
    for one in (*planned, *exploratory):
        if one.number == number:
            return one
    raise NotFound("there is no such estimate")


def overview_of(session: Session, trial_id: int, actor: Actor) -> Overview:
    """Return the report's page to its writers and readers, else raise ``NotFound``."""
    trial = trial_for_report(session, trial_id, actor)
    protocol, plan = locked_protocol(session, trial_id), locked_plan(session, trial_id)
    primary = planned_estimate(session, trial_id)
    whole, release = sees_pupils(actor, trial), true_release(session, trial_id)
    file, report = newest_file(session, trial_id), newest_report(session, trial_id)
    return Overview(
        trial=trial,
        protocol=protocol,
        plan=plan,
        titles=column_titles(protocol, plan),
        estimation=newest_estimation(session, trial_id),
        estimates=estimates_shown(session, primary, plan, whole=whole) if primary else None,
        exploratory=tuple(
            shown(one, plan, whole=whole) for one in exploratory_estimates(session, trial_id)
        ),
        deviations=deviations(session, trial),
        report=report,
        recalled=recalled_before(session, report) if report else None,
        replaced=primary is not None and rests_on_replaced_data(session, primary),
        newest_sha256=release.csv_sha256 if release else "",
        file_sha256=file.sha256 if file else "",
        commands=_commands(session, trial),
    )


def _commands(session: Session, trial: Trial) -> tuple[str, ...]:
    """Return what the plan asks as commands, where the evaluator runs them; else none."""
    if trial.pupils_live_at is not PupilsLiveAt.EVALUATOR:
        return ()
    receipts = tuple(receipts_of(session, trial.id))
    _, analyses = labelled_analyses(session, trial, receipts)
    return tuple(f"{as_command(one.specification)} --json" for one, _ in analyses)


def estimates_shown(
    session: Session, primary: StoredEstimate, plan: Plan, *, whole: bool
) -> Estimates:
    """Return the estimates that belong together; ``whole`` for who may see pupils."""
    every = estimates_of(session, primary)
    return Estimates(
        primary=shown(primary, plan, whole=whole),
        others=tuple(shown(one, plan, whole=whole) for one in every if one.id != primary.id),
        agreements=tuple(agreements(lodged_results(session, primary.trial_id), primary.result)),
        data_sha256=primary.data_sha256,
        erased=erased_since(session, primary.release_id, primary.data_sha256),
    )


def shown(estimate: StoredEstimate, plan: Plan, *, whole: bool) -> Shown:
    """Return one estimate as a reader may see it; ``whole`` for who may see pupils."""
    result = estimate.result
    return Shown(
        number=estimate.number,
        part=estimate.part,
        label=estimate.label,
        specification=estimate.specification,
        result=result if whole else without_small_groups(result, plan.smallest_subgroup),
        command=as_command(estimate.specification),
        reason=estimate.estimation.reason if estimate.estimation else "",
    )
