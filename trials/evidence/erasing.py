"""Erasing pupils from archive packages that were made before."""

import hashlib
import io
import json
import zipfile
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.evidence.archive import CODEBOOK, DATA, SUMS, as_json, zipped
from trials.evidence.models import ArchiveErasure, ArchivePackage
from trials.measurements.erasing import Erased, erases_too
from trials.releases.erasing import codebook_after, columns_of, without

TOMBSTONES = "data/erasures.json"


@erases_too
def erase_from_archives(session: Session, erased: Erased, now: datetime) -> None:
    """Rewrite every package that holds these pupils, with what was erased noted inside."""
    columns = columns_of(session, erased)
    packages = session.scalars(
        select(ArchivePackage).where(ArchivePackage.trial_id == erased.trial_id).with_for_update()
    )
    for package in packages.all():
        with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
            files = {name: archive.read(name) for name in archive.namelist() if name != SUMS}
        rest = without(files[DATA], erased.pseudonyms, columns) if DATA in files else None
        if rest is None:
            continue
        stones = json.loads(files.get(TOMBSTONES, b"[]"))
        old = hashlib.sha256(files[DATA]).hexdigest()
        stones.append({"pupils": rest.pupils, "old_sha256": old, "new_sha256": rest.sha256})
        files[DATA], files[TOMBSTONES] = rest.csv, as_json(stones)
        files[CODEBOOK] = as_json(codebook_after(json.loads(files[CODEBOOK]), rest.csv))
        content = zipped(files)
        sha256 = hashlib.sha256(content).hexdigest()
        session.add(
            ArchiveErasure(
                package_id=package.id,
                pupils=rest.pupils,
                old_sha256=package.sha256,
                new_sha256=sha256,
                erased_at=now,
            )
        )
        package.content, package.sha256 = content, sha256
        details: dict[str, str | int] = {"pupils": rest.pupils, "sha256": sha256}
        subject = f"archive:{package.id}"
        record(session, "archive_erased", subject, by=None, at=now, details=details)
