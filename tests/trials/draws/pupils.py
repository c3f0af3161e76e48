"""Pupils, classes and pre-tests in the schools of a world."""

from datetime import date

from tests.trials.draws.world import DAY, NOON, World
from trials.measurements.models import (
    ClassMoment,
    Instrument,
    InstrumentRole,
    Measurement,
    Pupil,
    PupilClass,
    SchoolClass,
    Upload,
)


def enrol(world: World, *, classes: int = 2, pupils: int = 3, score=None) -> None:
    """Give every school classes of pupils; ``score(school, pupil)`` makes their pre-tests."""
    session = world.session
    instrument = Instrument(
        trial_id=world.trial_id,
        code="language_pre",
        label_nl="Taaltoets",
        label_en="Language test",
        role=InstrumentRole.BASELINE,
        lowest=0,
        highest=60,
    )
    session.add(instrument)
    for school, signup_id in enumerate(world.signups):
        upload = Upload(
            trial_id=world.trial_id,
            signup_id=signup_id,
            kind="baseline",
            file_sha256=f"{school:064x}",
            rows=classes * pupils,
            reading={},
            uploaded_by=world.people["manager"],
            uploaded_at=NOON - DAY,
        )
        session.add(upload)
        session.flush()
        for number in range(classes):
            klass = SchoolClass(signup_id=signup_id, name=f"8{'ab'[number]}")
            session.add(klass)
            session.flush()
            for k in range(number * pupils, (number + 1) * pupils):
                value = None if score is None else score(school, k)
                _pupil(world, school, klass, k, (instrument, upload, value))
    session.commit()


def _pupil(world, school, klass, number, measured) -> None:
    session, (instrument, upload, value) = world.session, measured
    pupil = Pupil(
        trial_id=world.trial_id,
        signup_id=klass.signup_id,
        pseudonym=f"p{school:02d}{number:03d}",
        school_number_hmac=f"{school * 1000 + number:064x}",
        enrolled_at=NOON - DAY,
    )
    session.add(pupil)
    session.flush()
    session.add(PupilClass(pupil_id=pupil.id, class_id=klass.id, moment=ClassMoment.DRAW))
    if value is not None:
        session.add(
            Measurement(
                pupil_id=pupil.id,
                instrument_id=instrument.id,
                value=value,
                taken_on=date(2027, 4, 1),
                upload_id=upload.id,
            )
        )
