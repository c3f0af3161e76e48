"""What a first draft begins with, so that nobody types what is the same in every trial."""

from typing import Any

from trials.agreements.models import DocumentKind
from trials.agreements.plan import LEAST_IN_SUBGROUP, AnalysisDesign, DfMethod, EstimationMethod
from trials.agreements.protocol import Protocol, Unit

PROTOCOL_BEGINNING: dict[str, Any] = {
    "columns": [
        {
            "code": "pupil",
            "role": "pupil",
            "kind": "text",
            "required": True,
            "levels": [],
            "purpose_nl": "Om de toetsen van een leerling bij elkaar te vinden.",
            "purpose_en": "To match the tests of one pupil.",
        },
        {
            "code": "class",
            "role": "class",
            "kind": "text",
            "required": False,
            "levels": [],
            "purpose_nl": "Omdat leerlingen van een klas op elkaar lijken.",
            "purpose_en": "Because pupils of one class resemble each other.",
        },
        {
            "code": "taken_on",
            "role": "taken_on",
            "kind": "date",
            "required": False,
            "levels": [],
            "purpose_nl": "Om te weten of de toets voor of na de loting is gemaakt.",
            "purpose_en": "To know whether the test was taken before or after the draw.",
        },
    ],
}


def beginning(kind: DocumentKind, protocol: Protocol | None) -> dict[str, Any]:
    """Return the content a first draft starts from; a plan follows its locked protocol."""
    if kind is DocumentKind.PROTOCOL or protocol is None:
        return PROTOCOL_BEGINNING
    primary = protocol.primary_outcome()
    whole_sites = protocol.unit is Unit.SITE
    design = AnalysisDesign.CLUSTER if whole_sites else AnalysisDesign.MULTISITE
    return {
        "outcome": primary.code,
        "wave": primary.wave,
        "secondary": [],
        "design": design.value,
        "method": EstimationMethod.REML.value,
        "df_method": DfMethod.KENWARD_ROGER.value,
        "level": 0.95,
        "covariates": [protocol.baseline] if protocol.baseline else [],
        "categorical": [],
        "strata": [stratum.code for stratum in protocol.draw.strata],
        "smallest_subgroup": LEAST_IN_SUBGROUP,
        "compliance": {
            "dose": protocol.compliance.dose,
            "threshold": protocol.compliance.threshold,
        },
        "permutations": 0,
        "software": "loting estimate",
    }
