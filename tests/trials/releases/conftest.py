"""A measured trial of four schools, made of rows: what a release finds when outcomes are locked."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from trials.calls.models import Intervention, Trial
from trials.draws.models import Draw, DrawUnit
from trials.draws.states import DrawState
from trials.lifecycle import TrialState
from trials.measurements.models import Instrument, InstrumentRole, Measurement, Pupil, Upload
from trials.people.models import Person, SignInMethod
from trials.register.models import Site, SiteKind
from trials.signups.models import Signup
from trials.signups.states import SignupState

DRAWN = datetime(2027, 6, 1, 10, tzinfo=UTC)
SEED = "ab" * 32
ARMS = {"U1": "controle", "U2": "samen-lezen", "U3": "controle", "U4": "samen-lezen"}


@pytest.fixture
def person(session: Session) -> Person:
    person = Person(
        name="Voorbeeld", email="v@voorbeeld.example", method=SignInMethod.LINK, created_at=DRAWN
    )
    session.add(person)
    session.flush()
    return person


@pytest.fixture
def trial(session: Session, person: Person) -> Trial:
    intervention = Intervention(
        title_nl="Samen lezen", title_en="Reading in pairs", summary_nl="", summary_en="",
        added_at=DRAWN,
    )  # fmt: skip
    session.add(intervention)
    session.flush()
    trial = Trial(
        slug="lezen-2027", title_nl="Samen lezen", title_en="Reading in pairs",
        state=TrialState.MEASURED, intervention_id=intervention.id, awarded_at=DRAWN,
        outcomes_locked_at=DRAWN + timedelta(days=300),
    )  # fmt: skip
    session.add(trial)
    session.flush()
    _draw(session, trial, person)
    _scores(session, trial, person)
    session.flush()
    return trial


def _draw(session: Session, trial: Trial, person: Person) -> None:
    receipt = {"seed": SEED, "allocation": ARMS}
    draw = Draw(
        trial_id=trial.id, number=1, state=DrawState.DRAWN, frozen_record={}, frozen_by=person.id,
        frozen_at=DRAWN, sealed_at=DRAWN, drawn_at=DRAWN, receipt=json.dumps(receipt).encode(),
    )  # fmt: skip
    session.add(draw)
    session.flush()
    for code, arm in ARMS.items():
        site = Site(kind=SiteKind.DEMONSTRATION, code=f"site-{code}")
        session.add(site)
        session.flush()
        signup = Signup(
            trial_id=trial.id, site_id=site.id, school_name=f"School {code}", answers={},
            state=SignupState.COMPLETE, coordinator_id=person.id, interested_at=DRAWN,
            submitted_at=DRAWN, both_arms_accepted_at=DRAWN,
        )  # fmt: skip
        session.add(signup)
        session.flush()
        session.add(
            DrawUnit(
                draw_id=draw.id,
                target=f"site:{site.id}",
                code=code,
                stratum="L001",
                stratum_label="klein/Openbaar",
                signup_id=signup.id,
                arm=arm,
            )
        )


def _scores(session: Session, trial: Trial, person: Person) -> None:
    pre = Instrument(
        trial_id=trial.id, code="language_pre", label_nl="Voor", label_en="Pre-test",
        role=InstrumentRole.BASELINE, lowest=0, highest=60,
    )  # fmt: skip
    post = Instrument(
        trial_id=trial.id, code="language_post", label_nl="Na", label_en="Post-test",
        role=InstrumentRole.OUTCOME, primary=True, lowest=0, highest=60,
    )  # fmt: skip
    upload = Upload(
        trial_id=trial.id, kind="outcome", file_sha256="0" * 64, rows=8, reading={},
        uploaded_by=person.id, uploaded_at=DRAWN,
    )  # fmt: skip
    session.add_all([pre, post, upload])
    session.flush()
    units = session.query(DrawUnit).all()
    for number, unit in enumerate(sorted([*units, *units], key=lambda unit: unit.code)):
        pupil = Pupil(
            trial_id=trial.id, signup_id=unit.signup_id, pseudonym=f"p{number}",
            covariates={"sex": "1"}, enrolled_at=DRAWN + timedelta(days=-30 if number else 2),
        )  # fmt: skip
        session.add(pupil)
        session.flush()
        for instrument, value in ((pre, 20.0 + number), (post, 30.5 + number)):
            if (instrument, number) == (post, 3):
                continue  # lost to follow-up, and still in the dataset
            session.add(
                Measurement(
                    pupil_id=pupil.id,
                    instrument_id=instrument.id,
                    value=value,
                    taken_on=date(2027, 6, 3 if number == 1 else 1),
                    upload_id=upload.id,
                )
            )
