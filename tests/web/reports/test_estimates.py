"""Asking for estimates and waiting for them, with and without JavaScript."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.played import SMALL
from trials.calls.models import Trial
from trials.errors import BadInput
from trials.lifecycle import TrialState
from trials.people.models import Person
from trials.reports.estimation import estimate_release
from trials.reports.models import Estimation, Report
from trials.reports.refusals import kept
from trials.reports.states import ReportState
from web.demonstration.cast import address


@pytest.fixture
def client(played_app: Flask) -> FlaskClient:
    played_app.config["WHO"] = analyst
    return played_app.test_client()


def analyst(session: Session, now: object) -> int | None:
    return session.scalars(select(Person.id).where(Person.email == address("analyst"))).one()


@pytest.fixture
def trial_id(played: Session) -> int:
    return played.scalars(select(Trial.id).where(Trial.slug == SMALL.slug)).one()


@pytest.fixture
def unanswered(played_engine: Engine, trial_id: int):
    """A request half answered, as it stands while the job runs."""
    with Session(played_engine) as session:
        estimation = session.scalars(
            select(Estimation).where(Estimation.trial_id == trial_id)
        ).one()
        finished, estimation.finished_at = estimation.finished_at, None
        session.commit()
        yield estimation.id
        estimation.finished_at = finished
        session.commit()


@pytest.fixture
def refused(played_engine: Engine, trial_id: int):
    """A request with an answer that the demonstration does not have."""
    with Session(played_engine) as session:
        estimation = session.scalars(
            select(Estimation).where(Estimation.trial_id == trial_id)
        ).one()
        before = estimation.refusals
        estimation.refusals = [*before, kept(one_school("lezen"), 7, estimation.analyses[0])]
        session.commit()
        yield estimation.id
        estimation.refusals = before
        session.commit()


@pytest.fixture
def recalled(played_engine: Engine, trial_id: int):
    """The final report sent back; the estimate was made again."""
    back = {"state": ReportState.RECALLED, "recalled_because": "Een score was verkeerd."}
    with Session(played_engine) as session:
        trial = session.get_one(Trial, trial_id)
        report = session.scalars(select(Report).where(Report.trial_id == trial_id)).one()
        state, published_at = trial.state, trial.published_at
        trial.state, trial.published_at = TrialState.RELEASED, None
        for name, value in (back | {"recalled_at": report.final_at}).items():
            setattr(report, name, value)
        session.commit()
        yield report.conclusion_nl
        trial.state, trial.published_at = state, published_at
        report.state, report.recalled_at, report.recalled_because = ReportState.FINAL, None, ""
        session.commit()


def one_school(arm: str) -> BadInput:
    """What a file gives in which an arm has one school."""
    rows = [
        f"{school},{arm if school == 5 else 'c'},{k % 7}" for school in range(6) for k in range(5)
    ]
    asked = {"outcome": "y", "arm": "arm", "school": "school", "control": "c"}
    with pytest.raises(BadInput) as refusal:
        estimate_release("\n".join(["school,arm,y", *rows]).encode(), asked, {})
    return refusal.value


def test_asking_again_shows_what_was_asked(client: FlaskClient, trial_id: int) -> None:
    answer = client.post(f"/trials/{trial_id}/estimate")
    page = client.get(answer.location).get_data(as_text=True)

    assert answer.status_code == 303
    assert "Er zijn 6 schattingen gemaakt." in page
    assert "naleving (sessions)" in page  # could not be made, and the page says why
    assert "hx-trigger" not in page
    assert "http-equiv" not in page


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", "In groep lezen zit maar één school; het effect is dan niet te scheiden van"),
        ("en", "Arm lezen has one school; the effect cannot be told from"),
    ],
)
def test_every_page_says_in_its_own_language_why_an_estimate_was_not_made(
    client: FlaskClient, trial_id: int, refused: int, language: str, told: str
) -> None:
    client.set_cookie("language", language)

    for page in (f"/estimates/{refused}", f"/trials/{trial_id}/report", f"/results/{SMALL.slug}"):
        assert told in client.get(page).get_data(as_text=True), page


def test_a_report_that_went_back_says_why_and_its_next_version_begins_with_its_words(
    client: FlaskClient, trial_id: int, recalled: str
) -> None:
    page = client.get(f"/trials/{trial_id}/report").get_data(as_text=True)

    assert "terug naar de schrijver, omdat de gegevens eronder zijn vervangen" in page
    assert "De reden van de nieuwe gegevens: Een score was verkeerd." in page
    form = page.split("Een nieuwe versie schrijven")[1]
    assert recalled in form


def test_who_waits_sees_how_far_it_is_also_without_javascript(
    client: FlaskClient, unanswered: int
) -> None:
    page = client.get(f"/estimates/{unanswered}").get_data(as_text=True)

    assert "7 van 7 schattingen zijn er." in page
    assert f'hx-get="/estimates/{unanswered}" hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page


def test_an_analysis_beyond_the_plan_needs_a_reason(client: FlaskClient, trial_id: int) -> None:
    form = {
        "outcome": "language_post", "covariates": ["language_pre"], "design": "cluster",
        "df_method": "satterthwaite",
    }  # fmt: skip

    answer = client.post(f"/trials/{trial_id}/explore", data=form)

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Waarom deze analyse?: vul deze tekst in" in page
    assert 'value="satterthwaite"' not in page  # it is published: nothing more is asked


@pytest.mark.parametrize(
    ("language", "share", "table"),
    [
        ("nl", "Deel van de variantie tussen scholen, eindtoets", "volgens tabel eef-trials-2018"),
        ("en", "Share of the variance between schools, post-test", "by table eef-trials-2018"),
    ],
)
def test_shares_of_variance_months_and_every_effect_size_stand_by_the_estimate(
    client: FlaskClient, trial_id: int, language: str, share: str, table: str
) -> None:
    client.set_cookie("language", language)

    page = client.get(f"/trials/{trial_id}/report").text

    assert share in page
    assert table in page
    for told in ("hedges within conditional", "satterthwaite", "between-within"):
        assert told in page
