"""The files that leave a draw: none of them ever overwrites another."""

import csv
import unicodedata
from collections.abc import Mapping
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

FILES = ("sealed.json", "allocation.csv", "verify_draw.py", "receipt.json")
FORMULA_STARTS = "=+-@\t\r\n"


def refuse_existing(folder: Path, *, keep: Path | None = None) -> None:
    """Raise FileExistsError when the folder already holds a file of the kit.

    ``keep`` is the sealed record that is being completed: it may lie there.
    """
    for path in (folder / name for name in FILES):
        if path.exists() and (keep is None or not path.samefile(keep)):
            why = "is there already and is not overwritten; choose another folder with --out"
            raise FileExistsError(None, why, str(path))


def write_sealed(folder: Path, record: bytes) -> Path:
    """Write the record, in its canonical form, so that its SHA-256 is the fingerprint."""
    return _write(folder / "sealed.json", record)


def write_drawn(folder: Path, receipt: bytes, allocation: str) -> tuple[Path, ...]:
    """Write allocation, verifier and, last, the receipt."""
    verifier = files("randomisation").joinpath("verify_draw.py").read_bytes()
    return (
        _write(folder / "allocation.csv", allocation.encode()),
        _write(folder / "verify_draw.py", verifier),
        _write(folder / "receipt.json", receipt),
    )


def allocation_csv(receipt: Mapping[str, Any], keys: Mapping[str, str]) -> str:
    """Return id, stratum, arm and the key of the public line, one row per unit (RFC 4180)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "stratum", "arm", "key"])
    for unit in receipt["sealed"]["units"]:
        arm = receipt["allocation"][unit["id"]]
        writer.writerow(
            [_inert(unit["id"]), _inert(unit["stratum"]), _inert(arm), keys[unit["id"]]]
        )
    return out.getvalue()


def _inert(cell: str) -> str:
    """Keep a spreadsheet from reading a text as a formula, full-width signs included."""
    start = unicodedata.normalize("NFKC", cell).lstrip(" ")[:1]
    return f"'{cell}" if start and start in FORMULA_STARTS else cell


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
    return path
