"""What is published follows from the records: flow, ratings, archive."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from scipy.stats import t
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.played import SMALL, SMALL_MASKED
from trials.calls.models import PupilsLiveAt, Trial
from trials.delivery.models import Cost
from trials.draws.models import Draw
from trials.errors import NotFound
from trials.evidence.flow import flow_of
from trials.evidence.models import ArchivePackage, Publication, Rating
from trials.evidence.queries import above_the_middle, archive_package, published_result
from trials.measurements.models import ClassMoment, Pupil, PupilCount
from trials.people.actors import actor_for
from trials.people.models import Person
from trials.releases.models import Release
from trials.reports.models import EstimateLabel, Part, StoredEstimate
from trials.signups.models import Signup
from web.demonstration.cast import address
from web.demonstration.schools import DemoSchool


def pupils_with_outcome(school: DemoSchool) -> int:
    return sum(bool(pupil.post) for pupil in school.pupils)


def test_the_flow_is_counted_from_records(played: Session) -> None:
    """Against the file the schools sent, counted here by hand."""
    flow = published_result(played, SMALL.slug).flow
    schools = SMALL.schools

    assert (flow["approached"], flow["interested"], flow["schools_drawn"]) == (12, 12, 12)
    assert flow["pupils_drawn"] == sum(len(school.pupils) for school in schools)
    assert sum(arm["schools_drawn"] for arm in flow["arms"]) == 12
    assert sum(arm["pupils_measured"] for arm in flow["arms"]) == sum(
        map(pupils_with_outcome, schools)
    )
    assert sum(arm["schools_measured"] for arm in flow["arms"]) == sum(
        pupils_with_outcome(school) > 0 for school in schools
    )
    assert flow["attrition"] == pytest.approx(
        1 - sum(map(pupils_with_outcome, schools)) / sum(len(s.pupils) for s in schools)
    )


def test_security_is_rated_on_the_design_as_drawn(played: Session) -> None:
    rating = published_result(played, SMALL.slug).ratings["padlocks"]
    sizes = [len(school.pupils) for school in SMALL.schools]
    harmonic = len(sizes) / sum(1 / size for size in sizes)

    assert rating.inputs["pupils"] == pytest.approx(harmonic)
    assert rating.inputs["schools"] == 12
    share = rating.inputs["share"]
    variance = (0.22 * 0.5 + 0.78 * 0.5 / harmonic) / (share * (1 - share) * 12)
    df = 12 - 2 - rating.inputs["covariates"]
    assert rating.inputs["mdes"] == pytest.approx(
        (t.ppf(0.975, df) + t.ppf(0.8, df)) * variance**0.5
    )
    assert int(rating.value) == min(rating.inputs["by_mdes"], rating.inputs["by_attrition"])


def test_every_rating_keeps_its_table(played: Session) -> None:
    tables = {rating.kind: rating.table_version for rating in played.scalars(select(Rating))}

    assert tables == {
        "months": "eef-trials-2018",
        "padlocks": "padlocks-2019/1",
        "cost": "cost-euro/1",
    }


def test_the_cost_is_per_pupil_of_the_intervention(played: Session) -> None:
    rating = published_result(played, SMALL.slug).ratings["cost"]
    trial = played.scalars(select(Trial).where(Trial.slug == SMALL.slug)).one()
    spent = {
        c.kind: float(c.euro) for c in played.scalars(select(Cost).where(Cost.trial_id == trial.id))
    }

    assert float(rating.inputs["per_pupil"]) == pytest.approx(
        (spent["start_up"] / 3 + spent["recurring"]) / rating.inputs["pupils"], abs=0.005
    )


def test_the_clock_of_publication_runs_five_weeks(played: Session) -> None:
    publication = played.scalars(select(Publication)).one()

    assert (publication.due_at - SMALL.calendar["final"]).days == 35


def test_nothing_is_known_before_publication(played: Session) -> None:
    with pytest.raises(NotFound):
        published_result(played, SMALL_MASKED.slug)


def test_what_a_job_finishes_after_publication_is_not_in_public(played: Session) -> None:
    primary = played.scalars(select(StoredEstimate).where(StoredEstimate.part == "primary")).one()
    published = played.scalars(select(Publication)).one().published_at
    for number, made_at in ((98, published), (99, published + timedelta(seconds=1))):
        played.add(
            StoredEstimate(
                trial_id=primary.trial_id, number=number, part=Part.EXPLORATORY,
                release_id=primary.release_id, data_sha256=primary.data_sha256,
                label=EstimateLabel.EXPLORATORY, plan_id=primary.plan_id,
                specification=primary.specification, result=primary.result,
                made_by=primary.made_by, made_at=made_at,
            )
        )  # fmt: skip
    played.commit()

    assert [one.number for one in published_result(played, SMALL.slug).exploratory] == [98]


def test_the_archive_holds_what_repeats_the_result(played: Session) -> None:
    package = played.scalars(select(ArchivePackage)).one()
    estimate = played.scalars(select(StoredEstimate).where(StoredEstimate.part == "primary")).one()
    release = played.get_one(Release, estimate.release_id)

    with zipfile.ZipFile(io.BytesIO(package.content)) as files:
        sums = dict(
            reversed(line.split("  ")) for line in files.read("SHA256SUMS").decode().splitlines()
        )
        assert set(sums) == set(files.namelist()) - {"SHA256SUMS"}
        for name, expected in sums.items():
            assert hashlib.sha256(files.read(name)).hexdigest() == expected
        assert files.read("data/pupils.csv") == release.csv
        assert json.loads(files.read("estimate.json")) == estimate.result
        for draw in played.scalars(select(Draw).where(Draw.trial_id == package.trial_id)):
            name = f"draw/receipt-{draw.number}.json"
            assert (name in sums) == (draw.receipt is not None)
            assert draw.receipt in (None, files.read(name) if name in sums else b"")
        others = played.scalars(
            select(StoredEstimate.number).where(
                StoredEstimate.trial_id == package.trial_id, StoredEstimate.part != "primary"
            )
        )
        assert {f"estimates/{number}.json" for number in others} <= set(sums)


def test_only_the_evaluator_takes_the_archive(played: Session) -> None:
    trial = played.scalars(select(Trial).where(Trial.slug == SMALL.slug)).one()

    def take(name: str) -> ArchivePackage:
        person = played.scalars(select(Person).where(Person.email == address(name))).one()
        return archive_package(
            played, trial.id, actor_for(played, person.id, SMALL.calendar["final"])
        )

    assert take("manager").content == take("analyst").content
    with pytest.raises(NotFound):
        take("observer")


@pytest.mark.parametrize(("effect", "above"), [(0.0, 50), (0.2, 58), (-0.2, 42), (1.0, 84)])
def test_pupils_above_the_middle_by_the_normal_table(effect: float, above: int) -> None:
    """Standard normal distribution from tables: 0.5793 at 0.2 and 0.8413 at 1."""
    assert above_the_middle(effect) == above


def test_an_erased_pupil_was_drawn_all_the_same(played: Session) -> None:
    trial = played.scalars(select(Trial).where(Trial.slug == SMALL.slug)).one()
    before = flow_of(played, trial.id)
    pupil = played.scalars(select(Pupil).where(Pupil.trial_id == trial.id).limit(1)).one()
    pupil.school_number_hmac, pupil.erased_at = None, SMALL.calendar["final"]
    played.commit()

    assert flow_of(played, trial.id).pupils_drawn == before.pupils_drawn


def test_with_pupils_at_the_evaluator_the_flow_counts_what_schools_reported(
    played: Session,
) -> None:
    """Ten pupils drawn and nine tested in each of the twelve schools."""
    trial = played.scalars(select(Trial).where(Trial.slug == SMALL.slug)).one()
    trial.pupils_live_at = PupilsLiveAt.EVALUATOR
    for signup in played.scalars(select(Signup.id).where(Signup.trial_id == trial.id)).all():
        for moment, pupils in ((ClassMoment.DRAW, 10), (ClassMoment.TEST, 9)):
            played.add(
                PupilCount(
                    signup_id=signup,
                    moment=moment,
                    pupils=pupils,
                    file_sha256="0" * 64,
                    recorded_at=trial.awarded_at,
                )
            )
    played.commit()

    flow = flow_of(played, trial.id)

    assert (flow.schools_drawn, flow.pupils_drawn) == (12, 120)
    assert flow.attrition == pytest.approx(0.1)
