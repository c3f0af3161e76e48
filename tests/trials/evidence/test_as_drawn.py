"""What effect a trial could detect follows from what was drawn: schools, or pupils inside them."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.planning.designs import Cluster, Multisite
from analysis.planning.power import detectable_effect
from tests.played import SMALL
from trials.agreements.protocol import Unit
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.draws.models import Draw, DrawUnit
from trials.evidence.as_drawn import design_as_drawn


def test_pupils_drawn_inside_schools_are_no_cluster_design(played: Session) -> None:
    """Within schools the school variance is gone: (1 - ICC)(1 - R2) / (p q J n)."""
    trial = played.scalars(select(Trial).where(Trial.slug == SMALL.slug)).one()
    protocol = locked_protocol(played, trial.id)

    whole = design_as_drawn(played, trial.id, protocol)
    inside = design_as_drawn(played, trial.id, replace(protocol, unit=Unit.PUPIL))

    assert (whole.name, inside.name) == ("cluster", "multisite")
    assert isinstance(whole.design, Cluster)
    assert isinstance(inside.design, Multisite)
    design, schools = inside.design, inside.schools
    size, pupils = protocol.size, schools * design.pupils
    variance = (1 - size.icc) * (1 - size.r2_pupil) / (design.share * (1 - design.share) * pupils)
    assert design.variance(schools) == pytest.approx(variance)
    assert (
        detectable_effect(design, schools).effect < detectable_effect(whole.design, schools).effect
    )


def test_a_trial_with_as_many_strata_as_schools_can_be_rated(played: Session) -> None:
    trial = played.scalars(select(Trial).where(Trial.slug == SMALL.slug)).one()
    protocol = locked_protocol(played, trial.id)
    units = played.scalars(select(DrawUnit).join(Draw).where(Draw.trial_id == trial.id))
    for number, unit in enumerate(units):
        unit.stratum = f"stratum {number}"

    drawn = design_as_drawn(played, trial.id, protocol)

    assert detectable_effect(drawn.design, drawn.schools).df == 1
