"""The archive package: data, codebook, agreements, code, receipt and estimate in one ZIP."""

import hashlib
import io
import json
import zipfile
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trials.agreements.models import DocumentKind
from trials.agreements.queries import locked_document
from trials.calls.models import Trial
from trials.evidence.models import ArchivePackage
from trials.releases.models import Release
from trials.releases.queries import code_of
from trials.reports.estimation import receipt_name
from trials.reports.models import Report, StoredEstimate
from trials.reports.queries import estimates_of, receipts_of

DATA, CODEBOOK = "data/pupils.csv", "data/datapackage.json"
SUMS = "SHA256SUMS"


def archive_of(
    session: Session, trial: Trial, report: Report, estimate: StoredEstimate, now: datetime
) -> ArchivePackage:
    """Gather a trial's package; the same records give the same bytes."""
    content = zipped(_files(session, trial, report, estimate))
    return ArchivePackage(
        trial_id=trial.id,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=now,
    )


def _files(
    session: Session, trial: Trial, report: Report, estimate: StoredEstimate
) -> dict[str, bytes]:
    release = session.get(Release, estimate.release_id) if estimate.release_id else None
    protocol = locked_document(session, trial.id, DocumentKind.PROTOCOL)
    plan = locked_document(session, trial.id, DocumentKind.ANALYSIS_PLAN)
    code = code_of(session, trial.id)
    words = {
        name: getattr(report, name)
        for name in ("conclusion_nl", "conclusion_en", "conditions_nl", "conditions_en")
    }
    files = {
        "estimate.json": as_json(estimate.result),
        "report.json": as_json(words),
    }
    receipts = receipts_of(session, trial.id)  # of every wave, named as the commands name them
    files |= {f"draw/{receipt_name(number)}": receipt for number, receipt in receipts.items()}
    files |= {
        f"estimates/{other.number}.json": as_json(other.result)
        for other in estimates_of(session, estimate)
        if other is not estimate
    }
    if release is not None:  # with pupils at the evaluator the data are archived from there
        files |= {DATA: release.csv, CODEBOOK: as_json(release.codebook)}
    files |= {"protocol.json": as_json(protocol.content)} if protocol else {}
    files |= {"analysis_plan.json": as_json(plan.content)} if plan else {}
    files |= {f"code/{code.sha256[:12]}": code.content} if code else {}
    return files


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a ZIP of the files with their hashes; the same files give the same bytes."""
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in [*sorted(files.items()), (SUMS, sums.encode())]:
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def as_json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
