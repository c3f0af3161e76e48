"""Erasing pupils from what is kept of arrivals: their traits in words, never their line."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.draws.arrivals import traits_of
from trials.draws.models import ArrivalRow, DrawUnit
from trials.measurements.erasing import Erased, erases_too
from trials.measurements.models import Pupil


@erases_too
def erase_from_arrivals(session: Session, erased: Erased, now: datetime) -> None:
    """Take the words for a pupil's traits away; the codes stay, for the receipt is bound by them.

    An objection to one test says nothing about these.
    """
    if erased.instrument_code:
        return
    arrived = session.execute(
        select(ArrivalRow, Pupil.pseudonym)
        .join(DrawUnit, DrawUnit.id == ArrivalRow.unit_id)
        .join(Pupil, Pupil.id == DrawUnit.pupil_id)
        .where(Pupil.trial_id == erased.trial_id)
    ).all()
    for row, pseudonym in arrived:
        if pseudonym in erased.pseudonyms:
            traits = traits_of(row.unit.draw, locked_protocol(session, erased.trial_id))
            row.labels = {name: row.labels[name] for name in row.labels.keys() - traits}
