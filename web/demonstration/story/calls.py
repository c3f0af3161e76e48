"""Steps 1 to 5: a call, applications, scores, the award, and the evaluator."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from trials.calls.drafts import CallDraft, CriterionDraft
from trials.calls.models import (
    ApplicantKind,
    Application,
    Call,
    CallKind,
    Decision,
    InterestDeclaration,
    Score,
)
from trials.calls.services.applications import submit_application
from trials.calls.services.assessment import Mark, declare_interest, score_application
from trials.calls.services.calls import create_call, publish_call
from trials.calls.states import CallState
from trials.people.services.demonstration import cast_person
from trials.permissions import Role, Scope, ScopeKind
from web.demonstration.cast import PARTS, address
from web.demonstration.stage import Stage, Step
from web.demonstration.trials import DemoTrial

CRITERIA = (
    CriterionDraft("Sterkte van de aanwezige evidentie", "Strength of the evidence", 40, 5),
    CriterionDraft("Schaalbaarheid", "Scalability", 30, 5),
    CriterionDraft("Kwaliteit van het plan", "Quality of the plan", 30, None),
)


def steps(trial: DemoTrial) -> list[Step]:
    return [
        Step(1, ("officer",), lambda s: open_call(s, trial), lambda s: tell_call(s, trial)),
        Step(2, ("applicant",), lambda s: apply(s, trial), lambda s: tell_application(s, trial)),
        Step(
            3,
            ("assessor_1", "assessor_2"),
            lambda s: score(s, trial),
            lambda s: tell_scores(s, trial),
        ),
        Step(4, ("officer", "director"), lambda s: award(s, trial), lambda s: tell_award(s, trial)),
        Step(
            5,
            ("officer", "director"),
            lambda s: appoint(s, trial),
            lambda s: tell_evaluator(s, trial),
        ),
    ]


def open_call(stage: Stage, trial: DemoTrial) -> None:
    at = trial.calendar
    draft = CallDraft(
        kind=CallKind.INTERVENTIONS,
        title_nl=_title(trial, "nl"),
        title_en=_title(trial, "en"),
        text_nl="Welke aanpak verdient het om op grote schaal getoetst te worden?",
        text_en="Which intervention deserves to be tested on a large scale?",
        opens_at=at["call"],
        questions_until=at["applied"],
        closes_at=at["call_closes"],
        criteria=CRITERIA,
    )
    publish(stage, draft, at["call"])


def publish(stage: Stage, draft: CallDraft, now: datetime) -> None:
    """Create and publish a call, whichever of the two is not done yet."""
    actor = stage.actor("officer", now)
    call = stage.session.scalar(select(Call).where(Call.title_nl == draft.title_nl))
    if call is None:
        call = create_call(stage.session, draft=draft, actor=actor, now=now)
    if call.state is CallState.DRAFT:
        publish_call(stage.session, call_id=call.id, actor=actor, now=now)


def tell_call(stage: Stage, trial: DemoTrial) -> str:
    call = _call(stage, trial)
    return f"call '{call.title_en}' open until {call.closes_at:%Y-%m-%d %H:%M:%S} UTC"


def apply(stage: Stage, trial: DemoTrial) -> None:
    now = trial.calendar["applied"]
    submit_application(
        stage.session,
        call_id=_call(stage, trial).id,
        request_key=f"demonstration-{trial.slug}",
        kind=ApplicantKind.DEVELOPER,
        title=trial.title_nl,
        content={
            "title_en": trial.title_en,
            "summary_nl": trial.summary_nl,
            "summary_en": trial.summary_en,
            "evidence": "Twee kleinere onderzoeken vonden een voorzichtig gunstig verschil.",
            "scalability": "Leerkrachten leren de aanpak in twee middagen.",
            "delivery_team": "Vier begeleiders, elk voor ten hoogste dertig scholen.",
            "sectors": ["bo"],
            "group": trial.group,
            "schools": trial.schools_wanted,
            "cost_per_pupil": 38,
            "partners": [],
        },
        actor=stage.actor("applicant", now),
        now=now,
    )


def tell_application(stage: Stage, trial: DemoTrial) -> str:
    application = _application(stage, _call(stage, trial))
    return f"application '{trial.title_en}', version {application.current.number}"


def score(stage: Stage, trial: DemoTrial) -> None:
    call = _call(stage, trial)
    score_call(stage, call, _application(stage, call), trial.calendar["scored"])


def score_call(stage: Stage, call: Call, application: Application, now: datetime) -> None:
    """Let both assessors declare their interests and score every criterion."""
    scope = Scope(ScopeKind.CALL, call.id)
    for part, value in (("assessor_1", 7), ("assessor_2", 8)):
        cast_person(
            stage.session,
            email=address(part),
            name=PARTS[part].name_nl,
            roles=((Role.ASSESSOR, scope),),
            organisation=PARTS[part].organisation,
            now=call.opens_at,
        )
        actor = stage.actor(part, now)
        mine = Score.application_id == application.id, Score.assessor_id == actor.person_id
        if stage.session.scalar(select(Score.id).where(*mine).limit(1)):
            continue
        _declare(stage, application, part, now)
        score_application(
            stage.session,
            application_id=application.id,
            marks={c.id: Mark(value, "Helder en goed onderbouwd.") for c in call.criteria},
            actor=actor,
            now=now,
        )


def _declare(stage: Stage, application: Application, part: str, now: datetime) -> None:
    actor = stage.actor(part, now)
    mine = (
        InterestDeclaration.application_id == application.id,
        InterestDeclaration.assessor_id == actor.person_id,
    )
    if not stage.session.scalar(select(InterestDeclaration.id).where(*mine)):
        declare_interest(
            stage.session, application_id=application.id, relation="", actor=actor, now=now
        )


def tell_scores(stage: Stage, trial: DemoTrial) -> str:
    application = _application(stage, _call(stage, trial))
    scores = stage.session.scalars(
        select(Score.value).where(Score.application_id == application.id)
    ).all()
    return f"{len(scores)} scores with reasons, mean {sum(scores) / len(scores):.1f} of 9"


def award(stage: Stage, trial: DemoTrial) -> None:
    if stage.trial(trial.slug) is not None:
        return
    application = _application(stage, _call(stage, trial))
    wish = {
        "slug": trial.slug,
        "title_nl": trial.title_nl,
        "title_en": trial.title_en,
        "summary_nl": trial.summary_nl,
        "summary_en": trial.summary_en,
        "pupils_live_at": "here",
        "reasons": "Hoogste score, en boven elk minimum.",
    }
    stage.two_persons(
        "award", application.id, wish, first="officer", second="director",
        now=trial.calendar["awarded"],
    )  # fmt: skip


def tell_award(stage: Stage, trial: DemoTrial) -> str:
    decision = stage.session.scalars(
        select(Decision).where(
            Decision.application_id == _application(stage, _call(stage, trial)).id
        )
    ).one()
    return f"awarded on {decision.decided_at:%Y-%m-%d}; trial '{trial.slug}' begins"


def appoint(stage: Stage, trial: DemoTrial) -> None:
    found, at = stage.trial_of(trial.slug), trial.calendar
    if found.evaluator_id is not None:
        return
    publish(stage, _evaluators_call(trial, found.id), at["evaluators_call"])
    call = stage.session.scalars(select(Call).where(Call.trial_id == found.id)).one()
    application = submit_application(
        stage.session,
        call_id=call.id,
        request_key=f"demonstration-{trial.slug}",
        kind=ApplicantKind.SCIENTIST,
        title=f"Evaluatie van {trial.title_nl}",
        content=_bid(trial),
        actor=stage.actor("bidder", at["evaluators_applied"]),
        now=at["evaluators_applied"],
    )
    score_call(stage, call, application, at["evaluators_scored"])
    wish = {
        "application_id": application.id,
        "trial_manager_id": stage.person("manager").id,
        "analyst_id": stage.person("analyst").id,
        "reasons": "Ervaren, onafhankelijk, en de enige inschrijver.",
    }
    stage.two_persons(
        "appoint", found.id, wish, first="officer", second="director", now=at["appointed"]
    )


def tell_evaluator(stage: Stage, trial: DemoTrial) -> str:
    evaluator = stage.trial_of(trial.slug).evaluator
    return f"evaluator: {evaluator.name if evaluator else 'none'}, declared independent"


def _evaluators_call(trial: DemoTrial, trial_id: int) -> CallDraft:
    at = trial.calendar
    return CallDraft(
        kind=CallKind.EVALUATORS,
        title_nl=f"Evaluator gezocht: {trial.title_nl}",
        title_en=f"Evaluator wanted: {trial.title_en}",
        text_nl="Wie meet onafhankelijk of deze aanpak werkt?",
        text_en="Who measures independently whether this intervention works?",
        opens_at=at["evaluators_call"],
        questions_until=at["evaluators_applied"],
        closes_at=at["evaluators_close"],
        criteria=(CriterionDraft("Kwaliteit", "Quality", 100, 5),),
        trial_id=trial_id,
    )


def _bid(trial: DemoTrial) -> dict[str, Any]:
    return {
        "title_en": f"Evaluation of {trial.title_en}",
        "approach": "Loting op schoolniveau, gelaagd, met voormeting; analyse met een "
        "meerniveaumodel volgens een vooraf vastgelegd plan.",
        "team": "Een onderzoeksleider en een analist die de groepen niet kent.",
        "experience": "Zes eerdere evaluaties in het basisonderwijs.",
        "independence": "Wij hebben geen band met de aanbieder of de aanpak.",
        "budget": 180_000,
        "partners": [],
    }


def _title(trial: DemoTrial, language: str) -> str:
    year = trial.calendar.start.year
    return (
        f"Oproep kansrijke aanpakken {year}: {trial.title_nl.lower()}"
        if language == "nl"
        else f"Call for promising interventions {year}: {trial.title_en.lower()}"
    )


def _call(stage: Stage, trial: DemoTrial) -> Call:
    return stage.session.scalars(select(Call).where(Call.title_nl == _title(trial, "nl"))).one()


def _application(stage: Stage, call: Call) -> Application:
    return stage.session.scalars(select(Application).where(Application.call_id == call.id)).one()
