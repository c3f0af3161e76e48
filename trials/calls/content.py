"""What an application says: structured, so that assessors compare like with like."""

from collections.abc import Callable, Mapping
from typing import Any

from trials.calls.models import ApplicantKind, CallKind
from trials.errors import BadInput
from trials.fields import Fields

GROUPS = tuple("ABCDEF")  # of the menukaart: what an intervention changes in a school


def read_application(kind: CallKind, applicant: ApplicantKind, content: object) -> dict[str, Any]:
    """Return the content of an application to a call of ``kind``, cleaned.

    For interventions: title_en, summary_nl, summary_en, evidence, scalability, delivery_team,
    sectors, group (A-F), schools, cost_per_pupil (euro a year). For evaluators: title_en,
    approach, team, experience, independence, budget (euro). Both: partners ({name, role}), which
    a consortium must have. Raises ``BadInput`` naming every field that needs mending.
    """
    fields = Fields(content)
    read = _READERS[kind](fields)
    read["partners"] = [
        {"name": part.text("name"), "role": part.text("role")} for part in fields.parts("partners")
    ]
    if applicant is ApplicantKind.CONSORTIUM and not read["partners"]:
        fields.refuse(BadInput("a consortium names at least one partner", field="partners"))
    fields.finish()
    return read


def _intervention(fields: Fields) -> dict[str, Any]:
    read: dict[str, Any] = {
        "title_en": fields.text("title_en"),
        "summary_nl": fields.text("summary_nl", longest=1000),
        "summary_en": fields.text("summary_en", longest=1000),
        "evidence": fields.text("evidence", longest=4000),
        "scalability": fields.text("scalability", longest=4000),
        "delivery_team": fields.text("delivery_team", longest=1000),
        "sectors": list(fields.texts("sectors", least=1)),
        "group": fields.text("group", longest=1),
        "schools": fields.whole("schools", least=4, most=5000),
        "cost_per_pupil": fields.number("cost_per_pupil", least=0, most=100_000),
    }
    if read["group"] and read["group"] not in GROUPS:
        fields.refuse(BadInput("choose one of {options}", field="group", options=", ".join(GROUPS)))
    return read


def _evaluator(fields: Fields) -> dict[str, Any]:
    return {
        "title_en": fields.text("title_en"),
        "approach": fields.text("approach", longest=4000),
        "team": fields.text("team", longest=2000),
        "experience": fields.text("experience", longest=4000),
        "independence": fields.text("independence", longest=2000),
        "budget": fields.number("budget", least=0, most=10_000_000),
    }


_READERS: Mapping[CallKind, Callable[[Fields], dict[str, Any]]] = {
    CallKind.INTERVENTIONS: _intervention,
    CallKind.EVALUATORS: _evaluator,
}
