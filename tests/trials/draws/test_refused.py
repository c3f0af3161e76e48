"""What cannot be drawn is refused with a sentence, before anything is frozen."""

import copy
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from tests.trials.draws import ceremony as act
from tests.trials.draws.pupils import enrol
from tests.trials.draws.world import NOON, recruited
from trials.agreements.example import PROTOCOL
from trials.agreements.protocol import UNKNOWN
from trials.draws.models import Draw
from trials.draws.services import freeze_roster
from trials.errors import BadInput
from trials.measurements.models import Instrument, Measurement
from trials.people.models import Deployment
from trials.register.models import SiteVersion

TOO = {**PROTOCOL["instruments"][0], "code": "maths_pre", "role": "covariate"}


def balanced(session, *, schools=20, acceptance=0.1, codes=("language_pre",), method, score):
    """Return a world whose draw looks at pre-tests; the second, if any, is twice the first."""
    rule = {"method": method, "covariates": list(codes), "strata": [], "acceptance": acceptance}
    world = recruited(
        session,
        schools=schools,
        draw=copy.deepcopy(PROTOCOL["draw"]) | rule,
        instruments=[*PROTOCOL["instruments"], TOO],
    )
    enrol(world, classes=1, pupils=1, score=score)
    if "maths_pre" in codes:
        add_twice_the_first(session, world)
    return world


def add_twice_the_first(session, world):
    first = session.scalars(select(Instrument)).one()
    second = Instrument(
        trial_id=world.trial_id,
        code="maths_pre",
        label_nl="Rekenen",
        label_en="Maths",
        role=first.role,
        lowest=0,
        highest=60,
    )
    session.add(second)
    session.flush()
    for row in session.scalars(select(Measurement)).all():
        session.add(
            Measurement(
                pupil_id=row.pupil_id,
                instrument_id=second.id,
                value=2 * row.value,
                taken_on=row.taken_on,
                upload_id=row.upload_id,
            )
        )
    session.commit()


def refused(world, sentence, **named):
    with pytest.raises(BadInput) as caught:
        freeze_roster(
            world.session,
            trial_id=world.trial_id,
            actor=world.actor("manager"),
            now=NOON,
            **named,
        )
    said = [str(caught.value), *map(str, caught.value.problems)]
    assert any(sentence in each for each in said), said
    assert world.session.scalar(select(func.count(Draw.id))) == 0


def test_a_stratum_of_blanks_is_refused(session):
    world = recruited(session)
    session.execute(update(SiteVersion).values(denomination=" "))
    session.commit()

    refused(world, "a stratum is blank; give blanks a name of their own before freezing")


def test_what_the_register_does_not_say_is_a_stratum_by_name(session):
    world = recruited(session)
    session.execute(update(SiteVersion).values(denomination=""))
    session.commit()

    assert {u.stratum_label for u in act.frozen(world).units} == {f"groot/{UNKNOWN}"}


def test_a_ratio_of_zero_is_refused(session):
    arms = [PROTOCOL["arms"][0], {**PROTOCOL["arms"][1], "ratio": 0}]

    refused(recruited(session, arms=arms), "enter a whole number from 1 to 9")


@pytest.mark.parametrize("method", ["rerandomised", "pairs"])
def test_a_covariate_without_variation_is_refused(session, method):
    world = balanced(session, method=method, score=lambda school, pupil: 30)

    refused(world, "leave it out")


@pytest.mark.parametrize("method", ["rerandomised", "pairs"])
def test_a_covariate_that_follows_from_another_is_refused(session, method):
    world = balanced(
        session,
        method=method,
        codes=("language_pre", "maths_pre"),
        score=lambda school, pupil: school,
    )

    refused(world, "follows from")


def test_so_few_allocations_that_it_would_hardly_be_a_draw_are_refused(session):
    """Six schools have twenty allocations; a tenth of them is two."""
    world = balanced(session, schools=6, method="rerandomised", score=lambda school, pupil: school)

    refused(world, "0.1 of 20 allocations is about 2, and at least 100 must be left")


def test_a_fixed_secret_is_refused_outside_a_demonstration(session):
    world = recruited(session, beacon="drand")
    session.execute(update(Deployment).values(demonstration=False))
    session.commit()

    refused(world, "a fixed secret is for demonstrations only", secret=act.SECRET)


@pytest.mark.parametrize("moment", [datetime.min, datetime.max])
def test_no_seal_is_proposed_that_no_page_could_show(session, moment):
    """A beacon's round five minutes after the last moment there is, is in no calendar."""
    world = recruited(session, schools=8)

    with pytest.raises(BadInput, match="is not between 2000 and 2099") as refused:
        act.propose_seal(world, act.committed(world), reveal_before=moment.replace(tzinfo=UTC))

    assert refused.value.values["field"] == "reveal_before"
