"""What a board signs: the agreement as data, and its hash."""

import hashlib
import json
from typing import Any

from trials.signups.models import SchoolCall, Signup

CLAUSES = (
    {
        "nl": "De school doet mee in de groep die de loting aanwijst. Beide groepen zijn goed.",
        "en": "The school takes part in the group that the draw decides. Both groups are fine.",
    },
    {
        "nl": "De school levert alleen de gegevens die in het protocol staan. Namen en "
        "burgerservicenummers verlaten de school niet.",
        "en": "The school provides only the data that the protocol lists. Names and citizen "
        "service numbers do not leave the school.",
    },
    {
        "nl": "Ouders krijgen vooraf een brief en kunnen bezwaar maken. De school verwerkt elk "
        "bezwaar.",
        "en": "Parents get a letter beforehand and can object. The school honours every objection.",
    },
    {
        "nl": "De cijfers worden nooit gebruikt om de school te beoordelen.",
        "en": "The numbers are never used to judge the school.",
    },
    {
        "nl": "De vergoeding is in beide groepen gelijk.",
        "en": "The compensation is the same in both groups.",
    },
    {
        "nl": "De school kan altijd stoppen. Wat dan al gemeten is, blijft meetellen, behalve van "
        "leerlingen voor wie bezwaar is gemaakt.",
        "en": "The school can stop at any time. What has been measured by then still counts, "
        "except of pupils for whom an objection was made.",
    },
)


def agreement(call: SchoolCall, signup: Signup) -> dict[str, Any]:
    """Return what the page shows the board, JSON-ready.

    It carries the moment of sending, so that a school which comes back is signed for anew.
    """
    trial = signup.trial
    assert signup.submitted_at is not None
    assert signup.both_arms_accepted_at is not None
    return {
        "trial": {"slug": trial.slug, "title_nl": trial.title_nl, "title_en": trial.title_en},
        "evaluator": trial.evaluator.name if trial.evaluator else "",
        "school": {"code": signup.site.code, "name": signup.school_name},
        "board": {
            "number": signup.board.number if signup.board else "",
            "name": (signup.board.name or "") if signup.board else "",
        },
        "groups": [
            {"grade": group.grade, "classes": group.classes, "pupils": group.pupils}
            for group in sorted(signup.groups, key=lambda group: group.grade)
        ],
        "hours": call.hours,
        "compensation_euro": call.compensation_euro,
        "control_gets_nl": call.control_gets_nl,
        "control_gets_en": call.control_gets_en,
        "told_by": call.told_by.isoformat(),
        "both_groups_accepted_at": signup.both_arms_accepted_at.isoformat(),
        "sent_at": signup.submitted_at.isoformat(),
        "clauses": list(CLAUSES),
    }


def shown_sha256(content: dict[str, Any]) -> str:
    """Return the hash that a signature is bound to."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
