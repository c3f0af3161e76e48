"""The codebook of a dataset, in the Data Package standard."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from trials.agreements.protocol import ColumnKind, Protocol
from trials.calls.models import Trial
from trials.measurements.models import Instrument, InstrumentRole

DOSE = "dose"
SECOND_YEAR = "arm_second_year"
FIXED = {
    "pupil": ("string", "Pseudonym of the pupil in this trial"),
    "school": ("string", "Pseudonym of the school in this trial"),
    "class": ("string", "Class of the pupil at the draw"),
    "unit": ("string", "Unit of allocation; with true arms, as in the receipt of the draw"),
    "stratum": ("string", "Stratum of the unit in the draw"),
    "arm": ("string", "Arm drawn for the unit"),
    SECOND_YEAR: ("string", "Arm of the unit in the second school year of the crossover"),
    "joined_after_draw": ("integer", "1 if the pupil was enrolled after the draw"),
    "left": ("integer", "1 if the pupil left the school during the trial"),
    DOSE: ("number", "What the pupil had of the intervention, as the protocol measures compliance"),
}


def codebook_of(
    trial: Trial,
    protocol: Protocol,
    names: Sequence[str],
    instruments: Sequence[Instrument],
    labels: Mapping[str, str],
    content: bytes,
) -> dict[str, Any]:
    """Describe every column of the file ``content`` holds, in the order of ``names``."""
    fields = _fixed_fields(labels) | _listed_fields(protocol) | _score_fields(instruments)
    return {
        "name": trial.slug,
        "title": trial.title_en,
        "resources": [
            {
                "name": "pupils",
                "path": "pupils.csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "schema": {
                    "fields": [{"name": name} | fields[name] for name in names],
                    "missingValues": [""],
                    "primaryKey": "pupil",
                },
            }
        ],
    }


def column_of(code: str, wave: int) -> str:
    """Return the column of an instrument: its code, with the wave from the second on."""
    return code if wave == 1 else f"{code}_{wave}"


def _fixed_fields(labels: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = {
        name: {"type": kind, "description": text} for name, (kind, text) in FIXED.items()
    }
    for name in ("arm", SECOND_YEAR):
        fields[name]["constraints"] = {"enum": sorted(labels.values())}
    return fields


def _listed_fields(protocol: Protocol) -> dict[str, dict[str, Any]]:
    kinds = {ColumnKind.NUMBER: "number", ColumnKind.TEXT: "string", ColumnKind.DATE: "date"}
    strata = {
        stratum.code: {"type": "string", "description": f"Stratum: {stratum.title_en}"}
        for stratum in protocol.draw.strata
    }
    return strata | {
        column.code: {"type": kinds[column.kind], "description": column.purpose_en}
        for column in protocol.columns
    }


def _score_fields(instruments: Sequence[Instrument]) -> dict[str, dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = {}
    for instrument in instruments:
        name = column_of(instrument.code, instrument.wave)
        fields[name] = {
            "type": "number",
            "description": f"{instrument.label_en} ({instrument.role.value})",
            "constraints": {
                "minimum": float(instrument.lowest),
                "maximum": float(instrument.highest),
            },
        }
        if instrument.role is InstrumentRole.BASELINE:
            fields[f"{name}_after_draw"] = {
                "type": "integer",
                "description": f"1 if {name} was taken after the draw",
            }
    return fields
