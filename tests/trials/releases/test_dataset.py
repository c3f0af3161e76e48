"""The dataset holds everyone who was drawn, under names that give no arm away."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation.canonical import digest
from tests.trials.releases.conftest import ARMS, DRAWN, SEED
from trials.agreements.example import PROTOCOL
from trials.agreements.protocol import Protocol
from trials.agreements.protocol_reading import read_protocol
from trials.calls.models import Trial
from trials.draws.models import Draw
from trials.measurements.models import Instrument, Measurement, Pupil
from trials.releases.dataset import Dataset, build_dataset, plain
from trials.releases.masking import masked_labels


@pytest.fixture
def protocol() -> Protocol:
    return read_protocol(PROTOCOL)


def rows_of(dataset: Dataset) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(dataset.csv.decode())))


def build(session: Session, trial: Trial, protocol: Protocol, *, masked: bool = False) -> Dataset:
    own = {arm.label: arm.label for arm in protocol.arms}
    labels = masked_labels(own, SEED) if masked else own
    return build_dataset(session, trial, protocol, labels, SEED)


def test_everyone_drawn_is_in_it_outcome_or_not(
    session: Session, trial: Trial, protocol: Protocol
) -> None:
    rows = rows_of(build(session, trial, protocol))

    assert [(row["school"], row["arm"]) for row in rows] == [
        (code, arm) for code, arm in ARMS.items() for _ in range(2)
    ]
    assert [row["language_post"] for row in rows[:4]] == ["30.5", "31.5", "32.5", ""]
    assert {(row["stratum"], row["size"], row["denomination"]) for row in rows} == {
        ("L001", "klein", "Openbaar")
    }
    assert [row["joined_after_draw"] for row in rows[:2]] == ["1", "0"]
    assert [row["language_pre_after_draw"] for row in rows[:3]] == ["0", "1", "0"]


@pytest.mark.parametrize("masked", [False, True])
def test_a_crossover_has_the_arms_of_both_years(
    session: Session, trial: Trial, protocol: Protocol, masked: bool
) -> None:
    years = replace(protocol.draw, school_years=("2027-2028", "2028-2029"))
    crossed = replace(protocol, draw=years)

    dataset = build(session, trial, crossed, masked=masked)

    both = {(row["arm"], row["arm_second_year"]) for row in rows_of(dataset)}
    first, second = ("A", "B") if masked else ("controle", "samen-lezen")
    assert both == {(first, second), (second, first)}
    assert "arm_second_year" not in build(session, trial, protocol).csv.decode()


def test_a_masked_dataset_names_no_arm(session: Session, trial: Trial, protocol: Protocol) -> None:
    masked = build(session, trial, protocol, masked=True)

    assert {row["arm"] for row in rows_of(masked)} == {"A", "B"}
    for arm in protocol.arms:
        assert arm.label.encode() not in masked.csv
        assert arm.label not in str(masked.codebook)


def test_the_public_hash_of_the_allocation_does_not_unmask_a_masked_dataset(
    session: Session, trial: Trial, protocol: Protocol
) -> None:
    """With the codes of the draw in it, trying both labellings against the hash would."""
    public = digest(ARMS)
    labels = [arm.label for arm in protocol.arms]
    masked, true = (
        {row["unit"]: row["arm"] for row in rows_of(build(session, trial, protocol, masked=hidden))}
        for hidden in (True, False)
    )

    tried = [
        {unit: guess[mask] for unit, mask in masked.items()}
        for guess in (dict(zip("AB", order, strict=True)) for order in permutations(labels))
    ]

    assert digest(true) == public
    assert public not in [digest(allocation) for allocation in tried]


def test_the_mask_follows_from_the_seed_alone() -> None:
    masks = {tuple(masked_labels(ARMS.values(), f"{n:064x}").items()) for n in range(50)}

    assert masked_labels(["controle", "samen-lezen"], SEED) == masked_labels(
        ["samen-lezen", "controle"], SEED
    )
    assert len({dict(mask)["controle"] for mask in masks}) == 2


def test_erased_pupils_leave_the_dataset(
    session: Session, trial: Trial, protocol: Protocol
) -> None:
    pupil = session.query(Pupil).filter_by(pseudonym="p2").one()
    pupil.erased_at = DRAWN + timedelta(days=1)
    session.flush()

    rows = rows_of(build(session, trial, protocol))

    assert "p2" not in {row["pupil"] for row in rows}
    assert len(rows) == 7


def test_the_newest_version_of_a_score_counts(
    session: Session, trial: Trial, protocol: Protocol
) -> None:
    first = session.query(Measurement).filter_by(value=30.5).one()
    session.add(
        Measurement(
            pupil_id=first.pupil_id,
            instrument_id=first.instrument_id,
            version=2,
            value=44.0,
            taken_on=first.taken_on,
            upload_id=first.upload_id,
            reason="typed wrongly",
        )
    )
    session.flush()

    assert rows_of(build(session, trial, protocol))[0]["language_post"] == "44"


def test_a_test_on_the_day_of_the_draw_is_a_baseline_also_just_after_midnight(
    session: Session, trial: Trial, protocol: Protocol
) -> None:
    """Half past midnight in Amsterdam is still the day before in UTC."""
    for draw in session.scalars(select(Draw)):
        draw.drawn_at = datetime(2027, 3, 11, 23, 30, tzinfo=UTC)
    instrument = session.scalars(select(Instrument).filter_by(code="language_pre")).one()
    for measurement in session.scalars(select(Measurement).filter_by(instrument_id=instrument.id)):
        measurement.taken_on = date(2027, 3, 12)
    session.flush()

    flags = {row["language_pre_after_draw"] for row in rows_of(build(session, trial, protocol))}

    assert flags == {"0"}


def test_the_same_records_give_the_same_bytes(
    session: Session, trial: Trial, protocol: Protocol
) -> None:
    assert build(session, trial, protocol).csv == build(session, trial, protocol).csv


def test_every_column_stands_in_the_codebook(
    session: Session, trial: Trial, protocol: Protocol
) -> None:
    dataset = build(session, trial, protocol)

    (resource,) = dataset.codebook["resources"]
    header = dataset.csv.decode().splitlines()[0].split(",")
    assert [field["name"] for field in resource["schema"]["fields"]] == header
    assert all(field["description"] for field in resource["schema"]["fields"])
    assert resource["hash"] == f"sha256:{dataset.sha256}"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝1+1"])
def test_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert plain(text) == f"'{text}"
