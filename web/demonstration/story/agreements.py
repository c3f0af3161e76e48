"""Steps 6 and 11: protocol and analysis plan, drafted, judged, signed by three, locked."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from trials.agreements.example import PLAN, PROTOCOL
from trials.agreements.models import Document, DocumentKind, Party
from trials.agreements.protocol_reading import read_protocol
from trials.agreements.queries import locked_document
from trials.agreements.services import (
    offer_for_signing,
    review_validity,
    save_draft,
    sign_document,
)
from trials.agreements.states import DocumentState
from trials.signups.detecting import with_schools
from web.demonstration.stage import Stage, Step, newest
from web.demonstration.trials import DemoTrial

SIGNERS = {Party.COUNCIL: "officer", Party.EVALUATOR: "manager", Party.PROVIDER: "applicant"}


def protocol_steps(trial: DemoTrial) -> list[Step]:
    kind = DocumentKind.PROTOCOL
    return [
        Step(
            6,
            ("manager", "expert", "officer", "applicant"),
            lambda s: agree(s, trial, kind, protocol_of(trial), trial.calendar["protocol"]),
            lambda s: tell(s, trial, kind),
        )
    ]


def plan_steps(trial: DemoTrial) -> list[Step]:
    kind = DocumentKind.ANALYSIS_PLAN
    return [
        Step(
            11,
            ("manager", "officer", "applicant"),
            lambda s: agree(s, trial, kind, plan_of(), trial.calendar["plan"]),
            lambda s: tell(s, trial, kind),
        )
    ]


def plan_of() -> dict[str, Any]:
    """Return the example plan, with permutations and imputation so that a result shows them."""
    missing = PLAN["missing"] | {
        "rule": "impute_above",
        "imputations": 20,
        "text_nl": "Ontbreekt er meer dan 5%, dan wordt ook met aangevulde scores gerekend.",
        "text_en": "Where more than 5% is missing, filled-in scores are analysed too.",
    }
    return PLAN | {"permutations": 999, "missing": missing}


def protocol_of(trial: DemoTrial) -> dict[str, Any]:
    """Return the example protocol with this trial's words, size and dates."""
    content = deepcopy(PROTOCOL)
    content["size"]["sites"] = trial.schools_wanted
    found = with_schools(read_protocol(content), trial.schools_wanted)
    if found is not None:
        content["size"]["detectable_effect"] = round(found.effect, 2)
    content["arms"][1] |= {
        "label": trial.slug,
        "title_nl": trial.title_nl,
        "title_en": trial.title_en,
    }
    content["question_nl"] = f"Helpt {trial.title_nl.lower()} leerlingen met taal vooruit?"
    content["question_en"] = f"Does {trial.title_en.lower()} help pupils forward in language?"
    content["delivery_from"] = trial.calendar["delivery"].date().isoformat()
    content["delivery_until"] = trial.calendar["delivery_until"].date().isoformat()
    return content


def agree(
    stage: Stage, trial: DemoTrial, kind: DocumentKind, content: dict[str, Any], now: datetime
) -> None:
    """Draft, offer, judge and sign, whichever is not done yet."""
    session, found = stage.session, stage.trial_of(trial.slug)
    if locked_document(session, found.id, kind) is not None:
        return
    manager = stage.actor("manager", now)
    document = newest(session, Document, Document.trial_id == found.id, Document.kind == kind)
    if document is None:
        document = save_draft(
            session, trial_id=found.id, kind=kind, content=content, actor=manager, now=now
        )
    if document.state is DocumentState.DRAFT:
        offer_for_signing(session, document_id=document.id, actor=manager, now=now)
    if kind is DocumentKind.PROTOCOL and not document.reviews:
        review_validity(
            session,
            document_id=document.id,
            valid=True,
            remarks="De opzet draagt de vraag.",
            actor=stage.actor("expert", now),
            now=now,
        )
    signed = {signature.party for signature in document.signatures}
    for party, part in SIGNERS.items():
        if party not in signed:
            sign_document(
                session,
                document_id=document.id,
                party=party,
                shown_sha256=document.content_sha256,
                actor=stage.actor(part, now),
                now=now,
            )


def tell(stage: Stage, trial: DemoTrial, kind: DocumentKind) -> str:
    document = locked_document(stage.session, stage.trial_of(trial.slug).id, kind)
    if document is None:
        return f"{kind.value} not locked"
    name = kind.value.replace("_", " ")
    return f"{name} {document.content_sha256[:12]}… signed by three and locked"
