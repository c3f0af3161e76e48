"""The kit of a draw: what a reader needs to check it without trusting anyone."""

import zipfile
from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO

from sqlalchemy.orm import Session

from randomisation.canonical import canonical, read_json
from randomisation.receipt import school_key
from trials.draws.queries.allocation import may_have_receipt, public_form, receipt_bytes
from trials.permissions import Actor
from trials.tables import csv_bytes

SAME_DAY = (1980, 1, 1, 0, 0, 0)  # of every file, so that the same draw gives the same bytes


def kit_of(session: Session, draw_id: int, actor: Actor | None) -> bytes:
    """Return a ZIP: the receipt and all that follows from it, or the public form.

    Raises ``NotFound`` before the draw.
    """
    if may_have_receipt(session, draw_id, actor):
        content = _full(receipt_bytes(session, draw_id, actor))
    else:
        content = {"public.json": canonical(public_form(session, draw_id))}
    return _zip(content | {"verify_draw.py": _verifier()})


def _full(receipt: bytes) -> dict[str, bytes]:
    value = read_json(receipt)
    seed, strata = (
        bytes.fromhex(value["seed"]),
        {unit["id"]: unit["stratum"] for unit in value["sealed"]["units"]},
    )
    rows = [
        (unit, strata[unit], arm, school_key(seed, unit))
        for unit, arm in sorted(value["allocation"].items())
    ]
    return {
        "receipt.json": receipt,
        "sealed.json": canonical(value["sealed"]),
        "allocation.csv": csv_bytes(("id", "stratum", "arm", "key"), rows),
    }


def _verifier() -> bytes:
    return files("randomisation").joinpath("verify_draw.py").read_bytes()


def _zip(content: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            archive.writestr(zipfile.ZipInfo(name, SAME_DAY), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
