"""Datasets, report and result as each role finds them in a played programme."""

import json
import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.played import SMALL, SMALL_MASKED
from trials.calls.models import Trial
from trials.people.models import Person
from trials.releases.models import Release
from trials.reports.models import StoredEstimate
from trials.reports.showing import without_small_groups
from web.demonstration.cast import PARTS, address


@pytest.fixture
def client(played_app: Flask) -> FlaskClient:
    return played_app.test_client()


def as_part(client: FlaskClient, name: str | None) -> FlaskClient:
    def who(session: Session, now: object) -> int | None:
        if name is None:
            return None
        return session.scalars(select(Person.id).where(Person.email == address(name))).one()

    client.application.config["WHO"] = who
    return client


def trial_id(played: Session, slug: str) -> int:
    return played.scalars(select(Trial.id).where(Trial.slug == slug)).one()


def test_the_result_is_public_with_its_numbers_and_their_origin(
    client: FlaskClient, played: Session
) -> None:
    stored = played.scalars(select(StoredEstimate).where(StoredEstimate.part == "primary")).one()
    size = stored.result["contrasts"][0]["effect_sizes"][0]["value"]

    page = as_part(client, None).get(f"/results/{SMALL.slug}").get_data(as_text=True)
    downloaded = client.get(f"/results/{SMALL.slug}/estimate.json").get_json()

    assert f"{size:.2f}".replace(".", ",") in page
    assert "loting estimate pupils.csv" in page
    assert downloaded == json.loads(json.dumps(without_small_groups(stored.result)))
    for anchor in re.findall(r'href="#([\w-]+)"', page):
        assert f'id="{anchor}"' in page


def test_what_is_not_published_is_not_there(client: FlaskClient) -> None:
    assert as_part(client, None).get(f"/results/{SMALL_MASKED.slug}").status_code == 404
    assert SMALL_MASKED.title_nl not in client.get("/results").get_data(as_text=True)


def test_the_analyst_downloads_exactly_what_was_released(
    client: FlaskClient, played: Session
) -> None:
    number = trial_id(played, SMALL_MASKED.slug)
    release = played.scalars(select(Release).where(Release.trial_id == number)).one()

    page = as_part(client, "analyst").get(f"/trials/{number}/releases")
    file = client.get(f"/releases/{release.id}/pupils.csv")

    assert f"/releases/{release.id}/pupils.csv" in page.get_data(as_text=True)
    assert file.data == release.csv
    assert file.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", [name for name in PARTS if name != "analyst"])
def test_nobody_else_downloads_a_dataset(client: FlaskClient, played: Session, name: str) -> None:
    number = trial_id(played, SMALL_MASKED.slug)
    release = played.scalars(select(Release.id).where(Release.trial_id == number)).one()

    assert as_part(client, name).get(f"/releases/{release}/pupils.csv").status_code == 404


@pytest.mark.parametrize(
    ("slug", "name", "status"),
    [
        (SMALL.slug, "manager", 200),
        (SMALL.slug, "analyst", 200),
        (SMALL.slug, "expert", 200),
        (SMALL.slug, "recruiter", 404),
        (SMALL.slug, "coordinator", 404),
        (SMALL_MASKED.slug, "manager", 404),  # the report tells arms apart
    ],
)
def test_the_report_is_read_by_its_writers_and_readers(
    client: FlaskClient, played: Session, slug: str, name: str, status: int
) -> None:
    number = trial_id(played, slug)

    assert as_part(client, name).get(f"/trials/{number}/report").status_code == status


def test_an_unreadable_file_is_no_code_and_the_page_says_so(
    client: FlaskClient, played: Session
) -> None:
    number = trial_id(played, SMALL_MASKED.slug)

    answer = as_part(client, "analyst").post(
        f"/trials/{number}/code", data={"code": (BytesIO(b"MZ\x90\x00"), "plan.R")}
    )

    assert answer.status_code == 422
    assert "geen tekst en geen ZIP" in answer.get_data(as_text=True)


def test_the_archive_is_for_the_evaluator(client: FlaskClient, played: Session) -> None:
    number = trial_id(played, SMALL.slug)

    assert as_part(client, "analyst").get(f"/trials/{number}/archive.zip").data[:2] == b"PK"
    assert as_part(client, "applicant").get(f"/trials/{number}/archive.zip").status_code == 404
