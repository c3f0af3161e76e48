"""The instruments of a trial as rows, kept in step with the locked protocol."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import InstrumentPlan, Protocol
from trials.calls.models import Trial
from trials.measurements.models import Instrument

Key = tuple[str, int]  # code and wave


def instruments_of_trial(
    session: Session, trial: Trial, protocol: Protocol
) -> dict[Key, Instrument]:
    """Return every instrument of the locked protocol by code and wave.

    Those that a new or amended protocol brings are added, with the trial locked meanwhile.
    """
    known = _known(session, trial.id)
    if all(_agrees(known.get((plan.code, plan.wave)), plan) for plan in protocol.instruments):
        return known
    session.get_one(Trial, trial.id, with_for_update=True)
    known = _known(session, trial.id)
    for plan in protocol.instruments:
        instrument = known.get((plan.code, plan.wave)) or Instrument(
            trial_id=trial.id, code=plan.code, wave=plan.wave
        )
        _take_over(instrument, plan)
        session.add(instrument)
        known[plan.code, plan.wave] = instrument
    session.flush()
    return known


def _known(session: Session, trial_id: int) -> dict[Key, Instrument]:
    rows = session.scalars(
        select(Instrument)
        .where(Instrument.trial_id == trial_id)
        .execution_options(populate_existing=True)
    )
    return {(row.code, row.wave): row for row in rows}


def _agrees(instrument: Instrument | None, plan: InstrumentPlan) -> bool:
    return instrument is not None and (
        instrument.role,
        instrument.primary,
        instrument.lowest,
        instrument.highest,
    ) == (plan.role, plan.primary, _exact(plan.lowest), _exact(plan.highest))


def _take_over(instrument: Instrument, plan: InstrumentPlan) -> None:
    instrument.label_nl, instrument.label_en = plan.title_nl, plan.title_en
    instrument.role, instrument.primary = plan.role, plan.primary
    instrument.lowest, instrument.highest = _exact(plan.lowest), _exact(plan.highest)
    instrument.consent = plan.consent


def _exact(value: float) -> Decimal:
    return Decimal(str(value))
