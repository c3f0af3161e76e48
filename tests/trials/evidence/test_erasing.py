"""Law goes first: an objection after a release reaches what was released and archived."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.played import SMALL
from trials.audit import AuditRow
from trials.calls.models import Trial
from trials.database import transaction
from trials.errors import NotReady
from trials.evidence.models import ArchiveErasure, ArchivePackage
from trials.evidence.queries import published_result
from trials.lifecycle import TrialState
from trials.measurements.erasing import Erased, erase_elsewhere
from trials.measurements.models import Pupil
from trials.measurements.services.objecting import erase_pupil
from trials.people.actors import actor_for
from trials.people.models import Person
from trials.releases.models import Release, ReleaseErasure
from trials.releases.services import release_true_again
from web.demonstration.cast import address

LATER = SMALL.calendar["published"]


@pytest.fixture
def trial(played: Session) -> Trial:
    return played.scalars(select(Trial).where(Trial.slug == SMALL.slug)).one()


@pytest.fixture
def pupil(played: Session, trial: Trial) -> Pupil:
    return played.scalars(select(Pupil).where(Pupil.trial_id == trial.id).limit(1)).one()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_an_erased_pupil_is_in_no_release_and_no_archive(
    played: Session, trial: Trial, pupil: Pupil
) -> None:
    releases = played.scalars(select(Release).where(Release.trial_id == trial.id)).all()
    before = {r.id: (r.csv, r.csv_sha256) for r in releases}
    name, name_before = pupil.pseudonym, played.scalars(select(ArchivePackage)).one().sha256

    with transaction(played):
        erase_pupil(played, played.get_one(Pupil, pupil.id), LATER)

    for release in played.scalars(select(Release).where(Release.trial_id == trial.id)):
        old, old_sha256 = before[release.id]
        assert rows_of(release.csv) == [r for r in rows_of(old) if r["pupil"] != name]
        assert set(release.csv.splitlines()) < set(old.splitlines())  # byte for byte the rest
        assert release.csv_sha256 == hashlib.sha256(release.csv).hexdigest() != old_sha256
        assert release.codebook["resources"][0]["hash"] == f"sha256:{release.csv_sha256}"
        assert release.rows == len(rows_of(old)) - 1
        stone = played.scalars(
            select(ReleaseErasure).where(ReleaseErasure.release_id == release.id)
        ).one()
        assert (stone.pupils, stone.old_sha256) == (1, old_sha256)
    package = played.scalars(select(ArchivePackage)).one()
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        assert name not in {row["pupil"] for row in rows_of(archive.read("data/pupils.csv"))}
        assert json.loads(archive.read("data/erasures.json"))[0]["pupils"] == 1
        for line in archive.read("SHA256SUMS").decode().splitlines():
            expected, file = line.split("  ")
            assert hashlib.sha256(archive.read(file)).hexdigest() == expected
    stone = played.scalars(select(ArchiveErasure)).one()
    assert (stone.old_sha256, stone.new_sha256) == (name_before, package.sha256)


def test_a_published_estimate_keeps_its_numbers_and_says_what_was_erased(
    played: Session, trial: Trial, pupil: Pupil
) -> None:
    before = published_result(played, trial.slug)

    with transaction(played):
        erase_pupil(played, played.get_one(Pupil, pupil.id), LATER)

    after = published_result(played, trial.slug)
    assert after.contrasts == before.contrasts
    assert after.estimate.data_sha256 == before.estimate.data_sha256
    assert (before.estimates.erased, after.estimates.erased) == (0, 1)


def test_an_objection_to_one_test_empties_its_scores_and_no_others(
    played: Session, trial: Trial, pupil: Pupil
) -> None:
    erased = Erased(trial.id, frozenset({pupil.pseudonym}), "language_pre")

    with transaction(played):
        erase_elsewhere(played, erased, LATER)
        erase_elsewhere(played, erased, LATER)  # and again, as a restore does

    release = played.scalars(
        select(Release).where(Release.trial_id == trial.id, Release.masked.is_(False))
    ).one()
    row = next(r for r in rows_of(release.csv) if r["pupil"] == pupil.pseudonym)
    assert (row["language_pre"], row["language_pre_after_draw"]) == ("", "")
    assert row["arm"]
    assert len(played.scalars(select(ReleaseErasure)).all()) == 2  # one of each release
    events = played.scalars(select(AuditRow.event)).all()
    assert events.count("release_erased") == 2


def test_true_arms_are_released_again_until_publication(
    played: Session, trial: Trial, pupil: Pupil
) -> None:
    person = played.scalars(select(Person).where(Person.email == address("manager"))).one()
    ask = {"trial_id": trial.id, "actor": actor_for(played, person.id, LATER), "now": LATER}

    with pytest.raises(NotReady, match="between the true release and publication"):
        release_true_again(played, reason="Gewist.", **ask)
    trial.state, trial.published_at = TrialState.REPORTED, None
    played.commit()
    with transaction(played):
        erase_pupil(played, played.get_one(Pupil, pupil.id), LATER)
    again = release_true_again(played, reason="Gewist.", **ask)

    older = played.scalars(
        select(Release).where(Release.trial_id == trial.id, Release.masked.is_(False))
    ).first()
    assert (again.version, again.masked) == (3, False)
    assert again.csv == older.csv  # what was rewritten is what a new release would be


def test_the_pages_and_the_restore_know_every_eraser() -> None:
    code = "import {module}; from trials.measurements import erasing; print(len(erasing._ERASERS))"
    pages = "web.draws.views, web.releases.views, web.evidence.views"
    for module in (pages, "web.commands.db"):
        ran = subprocess.run(
            [sys.executable, "-c", code.format(module=module)], capture_output=True, text=True
        )
        assert ran.stdout.strip() == "3", ran.stderr
