"""Receipts read back from either database are drawn again alike, field by field.

``LOTING_TEST_REDRAWS`` says how many receipts each database holds; see tests/randomisation.
"""

import hashlib
import os
from itertools import cycle, islice

import pytest
from sqlalchemy import select

from randomisation import draw, read_record
from randomisation.canonical import canonical, read_json
from tests.randomisation.generated import ARMS, generated
from tests.trials.draws.world import NOON, recruited
from trials.draws.models import Draw
from trials.draws.states import DrawState

RECEIPTS = int(os.environ.get("LOTING_TEST_REDRAWS", "270"))


def drawn_row(kind, number, *, trial_id=1, frozen_by=1):
    """Return a drawn row as the ceremony leaves it."""
    record, nonces = generated(kind, number)
    receipt, sealed = draw(record, nonces), record.to_dict()
    return Draw(
        trial_id=trial_id,
        number=number,
        wave=number,
        live_key=f"{trial_id}:{number}",
        state=DrawState.DRAWN,
        frozen_record={key: value for key, value in sealed.items() if key != "entropy"},
        sealed_record=canonical(sealed),
        fingerprint=receipt.fingerprint,
        frozen_by=frozen_by,
        frozen_at=NOON,
        sealed_at=NOON,
        drawn_at=NOON,
        receipt=canonical(receipt.to_dict()),
    )


def departures(row):
    """Draw a stored row again and return the names of what is not the same."""
    sealed, receipt = read_json(row.sealed_record), read_json(row.receipt)
    again = draw(read_record(sealed), receipt["nonces"]).to_dict()
    found = [key for key in again | receipt if again.get(key) != receipt.get(key)]
    frozen = row.frozen_record | {"entropy": sealed["entropy"]}
    whole = {
        "receipt": canonical(again) == row.receipt,
        "sealed_record": canonical(sealed) == row.sealed_record,
        "frozen_record": canonical(frozen) == row.sealed_record,
        "fingerprint": row.fingerprint == hashlib.sha256(row.sealed_record).hexdigest(),
    }
    return found + [name for name, same in whole.items() if not same]


def test_every_stored_draw_of_every_design_is_drawn_again_alike(session):
    world = recruited(session, schools=0)
    owner = {"trial_id": world.trial_id, "frozen_by": world.people["manager"]}
    kinds = list(islice(cycle(ARMS), RECEIPTS))
    for start in range(0, RECEIPTS, 500):
        part = enumerate(kinds[start : start + 500], start=start + 1)
        session.add_all([drawn_row(kind, number, **owner) for number, kind in part])
        session.commit()
        session.expunge_all()

    rows = session.scalars(select(Draw).execution_options(yield_per=500))
    alike = sum(not departures(row) for row in rows)

    assert alike == RECEIPTS


@pytest.mark.parametrize(
    ("field", "change", "found"),
    [
        ("receipt", lambda text: text.replace(b'"arm 0', b'"arm 1', 1), "allocation"),
        ("receipt", lambda text: text.replace(b'"candidate":0', b'"candidate":1'), "candidate"),
        ("receipt", lambda text: text.replace(b'"seed":"', b'"seed":"0'), "seed"),
        ("sealed_record", lambda text: text.replace(b"NL-0001/1", b"NL-0001/2"), "sealed"),
        ("fingerprint", lambda text: text[::-1], "fingerprint"),
    ],
)
def test_a_stored_draw_with_one_other_value_departs(field, change, found):
    row = drawn_row("blocked", 1)
    assert departures(row) == []

    setattr(row, field, change(getattr(row, field)))

    assert found in departures(row)
