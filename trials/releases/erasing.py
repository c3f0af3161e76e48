"""Erasing pupils, or their scores on one instrument, from datasets that were released."""

import csv
import hashlib
import io
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.measurements.erasing import Erased, erases_too
from trials.measurements.models import Instrument
from trials.releases.codebook import column_of
from trials.releases.models import Release, ReleaseErasure


@dataclass(frozen=True, slots=True)
class Without:
    """A dataset after erasure."""

    csv: bytes
    rows: int
    pupils: int  # of whom something was erased

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.csv).hexdigest()


@erases_too
def erase_from_releases(session: Session, erased: Erased, now: datetime) -> None:
    """Rewrite every release that holds these pupils; the old hash stays as history."""
    columns = columns_of(session, erased)
    releases = session.scalars(
        select(Release).where(Release.trial_id == erased.trial_id).with_for_update()
    )
    for release in releases.all():
        rest = without(release.csv, erased.pseudonyms, columns)
        if rest is None:
            continue
        session.add(
            ReleaseErasure(
                release_id=release.id,
                pupils=rest.pupils,
                old_sha256=release.csv_sha256,
                new_sha256=rest.sha256,
                erased_at=now,
            )
        )
        details: dict[str, str | int] = {
            "pupils": rest.pupils,
            "old": release.csv_sha256,
            "sha256": rest.sha256,
        }
        release.csv, release.csv_sha256, release.rows = rest.csv, rest.sha256, rest.rows
        release.codebook = codebook_after(release.codebook, rest.csv)
        subject = f"release:{release.id}"
        record(session, "release_erased", subject, by=None, at=now, details=details)


def columns_of(session: Session, erased: Erased) -> frozenset[str]:
    """Return the columns to empty; none where whole rows go."""
    if not erased.instrument_code:
        return frozenset()
    waves = session.scalars(
        select(Instrument.wave).where(
            Instrument.trial_id == erased.trial_id, Instrument.code == erased.instrument_code
        )
    )
    names = [column_of(erased.instrument_code, wave) for wave in waves]
    return frozenset(names) | {f"{name}_after_draw" for name in names}


def without(
    content: bytes, pseudonyms: Collection[str], columns: Collection[str]
) -> Without | None:
    """Return the dataset without these pupils, or without their cells in ``columns``.

    All other bytes stay as they are. None where it holds nothing of it (any more).
    """
    reader = csv.reader(io.StringIO(content.decode(), newline=""))
    names = next(reader)
    pupil, emptied = names.index("pupil"), [k for k, name in enumerate(names) if name in columns]
    text, rows, touched = io.StringIO(), 0, 0
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in reader:
        if row[pupil] in pseudonyms:
            if not columns:
                touched += 1
                continue
            touched += any(row[k] for k in emptied)
            for k in emptied:
                row[k] = ""
        writer.writerow(row)
        rows += 1
    return Without(text.getvalue().encode(), rows, touched) if touched else None


def codebook_after(codebook: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return a codebook with the size and hash its file has now."""
    changed = deepcopy(codebook)
    for resource in changed.get("resources", []):
        resource["bytes"] = len(content)
        resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return changed
