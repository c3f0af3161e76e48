"""The kit of a draw, or of arrivals: what a reader needs to check it without trusting anyone."""

import zipfile
from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO

from sqlalchemy.orm import Session

from randomisation.canonical import canonical, read_json
from randomisation.receipt import school_key
from trials.draws.queries.allocation import may_have_receipt, public_form, receipt_bytes
from trials.draws.queries.arrivals import arrivals_receipt_bytes, public_arrivals
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
    return _zip(content | {"verify_draw.py": _script("verify_draw.py")})


def kit_of_arrivals(session: Session, draw_id: int, actor: Actor | None) -> bytes:
    """Return a ZIP of an enrolment: its receipt once closed and open to the reader, or what is
    public. Raises ``NotFound`` before it opened.
    """
    receipt = arrivals_receipt_bytes(session, draw_id, actor)
    if receipt is None:
        content = {"public.json": canonical(public_arrivals(session, draw_id))}
    else:
        content = _full_of_arrivals(receipt)
    return _zip(content | {"verify_arrivals.py": _script("verify_arrivals.py")})


def _full_of_arrivals(receipt: bytes) -> dict[str, bytes]:
    value = read_json(receipt)
    seed, factors = bytes.fromhex(value["seed"]), sorted(value["sealed"]["method"]["factors"])
    rows = [
        (
            row["unit"],
            *(row["levels"][name] for name in factors),
            row["arm"],
            school_key(seed, row["unit"]),
        )
        for row in value["arrivals"]
    ]
    return {
        "receipt.json": receipt,
        "sealed.json": canonical(value["sealed"]),
        "arrivals.csv": csv_bytes(("id", *factors, "arm", "key"), rows),
    }


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


def _script(name: str) -> bytes:
    return files("randomisation").joinpath(name).read_bytes()


def _zip(content: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            archive.writestr(zipfile.ZipInfo(name, SAME_DAY), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
