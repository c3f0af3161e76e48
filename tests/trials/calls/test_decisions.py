"""Awards, appointments, refusals and stops take two persons and leave everything behind."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.copying import copied
from tests.trials.calls.cast import (
    AFTER,
    CLOSES,
    EVALUATOR,
    MONDAY,
    QUESTIONS_UNTIL,
    Programme,
    draft,
    organisation,
    person,
    scored_call_of_three,
)
from trials.audit import AuditRow, verify_chain
from trials.calls.models import (
    Appointment,
    Call,
    CallKind,
    Decision,
    Intervention,
    PupilsLiveAt,
    Trial,
)
from trials.calls.queries.trials import (
    appointment_of,
    award_of,
    own_trials,
    public_trials,
    trial_for_party,
)
from trials.calls.services.calls import create_call, open_rebuttal, withdraw_call
from trials.calls.services.stopping import StopReason
from trials.calls.states import ApplicationState, CallState
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.mail import OutboxRow
from trials.people.models import Grant
from trials.people.proposals import propose
from trials.permissions import Permission, Role, ScopeKind

WISH = {
    "slug": "samen-lezen",
    "title_nl": "Samen lezen in tweetallen",
    "title_en": "Reading together in pairs",
    "summary_nl": "Leerlingen lezen in tweetallen.",
    "summary_en": "Pupils read in pairs.",
    "pupils_live_at": "here",
    "reasons": "De sterkste aanvraag, met bewijs uit twee onderzoeken.",
}


@pytest.fixture
def scored_call(session):
    """The ids of a programme and of its call, played once per database."""
    return copied(session, scored_call_of_three)


@pytest.fixture
def programme(session, request):
    """With three scored applications for whoever asks for the call too."""
    if "call" in request.fixturenames:
        return Programme(session, request.getfixturevalue("scored_call")[0])
    return Programme(session)


@pytest.fixture
def call(session, scored_call):
    return session.get_one(Call, scored_call[1])


@pytest.fixture
def trial(session, programme, call):
    programme.approve(programme.propose("award", call.applications[0].id, WISH))
    return session.scalar(select(Trial))


def test_an_award_leaves_a_decision_an_intervention_a_trial_and_a_role(
    session, programme, call, trial
):
    application = call.applications[0]
    decision = session.scalar(select(Decision))

    assert application.state is ApplicationState.AWARDED
    assert (decision.awarded, decision.reasons) == (True, WISH["reasons"])
    assert (trial.slug, trial.state) == ("samen-lezen", TrialState.AWARDED)
    assert trial.pupils_live_at is PupilsLiveAt.HERE
    assert trial.intervention.application_id == application.id
    assert trial.intervention.provider_id == programme.houses[0]
    assert award_of(session, trial) is decision
    provider = programme.actor(programme.applicants[0], AFTER)
    assert provider.holds(Role.PROVIDER, trial.scope)
    assert trial_for_party(session, trial.id, provider) is trial
    told = session.scalars(
        select(OutboxRow.person_id).where(OutboxRow.kind == "application_decided")
    ).all()
    assert told == [programme.applicants[0]]
    assert verify_chain(session).broken_at is None


def test_an_award_that_leaves_nothing_closes_the_call_and_another_does_not(
    session, programme, call, trial
):
    assert call.state is CallState.PUBLISHED
    alone = programme.published_call()
    application = programme.application(alone)
    programme.scored(application, 7, 6)

    programme.approve(programme.propose("award", application.id, WISH | {"slug": "alleen"}))

    assert alone.state is CallState.DECIDED


def test_whoever_has_no_part_in_a_trial_does_not_find_it(session, programme, trial):
    stranger = programme.actor(programme.applicants[1], AFTER)

    with pytest.raises(NotFound):
        trial_for_party(session, trial.id, stranger)
    assert list(own_trials(session, stranger)) == []
    assert list(public_trials(session)) == [trial]


def test_what_is_shown_holds_the_standing(programme, call):
    proposal = programme.propose("award", call.applications[1].id, WISH)

    assert b'"rank":2' in proposal.shown
    assert b'"weighted_mean":"6.60"' in proposal.shown  # 0.6 x 5 + 0.4 x 9


def test_an_award_changes_nothing_until_a_second_person_approves(session, programme, call):
    programme.propose("award", call.applications[0].id, WISH)

    assert session.scalar(select(Trial)) is None
    assert call.applications[0].state is ApplicationState.SUBMITTED


def test_a_score_changed_after_the_proposal_voids_it(session, programme, call):
    proposal = programme.propose("award", call.applications[0].id, WISH)
    programme.score(1, call.applications[0], 8, 6)

    with pytest.raises(Conflict, match="changed since"):
        programme.approve(proposal)

    assert session.scalar(select(Trial)) is None


def test_below_a_minimum_nothing_is_awarded(programme, call):
    with pytest.raises(NotReady, match="below a published minimum"):
        programme.propose("award", call.applications[2].id, WISH)


def test_nothing_is_awarded_on_incomplete_scores_or_open_declarations(programme):
    call = programme.published_call()
    first, second = (programme.application(call, n) for n in (0, 1))
    programme.scored(first, 7, 6)

    with pytest.raises(NotReady, match="complete scores"):
        programme.propose("award", first.id, WISH)
    programme.scored(second, 7, 6)
    programme.declare(2, second, "Een band")
    with pytest.raises(NotReady, match="waits for a ruling"):
        programme.propose("award", first.id, WISH)


def test_an_award_waits_for_the_round_of_rebuttals(session, programme, call):
    officer = programme.actor(programme.officer)
    until = AFTER + timedelta(days=2)
    proposal = programme.propose("award", call.applications[0].id, WISH)
    open_rebuttal(session, call_id=call.id, until=until, actor=officer, now=AFTER)

    with pytest.raises(NotReady, match="may still answer"):
        programme.approve(proposal)

    programme.approve(proposal, now=until)
    assert session.scalar(select(Trial.state)) is TrialState.AWARDED


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "Samen Lezen"}, "slug"),
        ({"reasons": ""}, "reasons"),
        ({"pupils_live_at": "moon"}, "pupils_live_at"),
        ({"state": "published"}, "state"),
    ],
)
def test_the_wish_of_an_award_is_checked_by_field(programme, call, change, field):
    with pytest.raises(BadInput) as refusal:
        programme.propose("award", call.applications[0].id, WISH | change)

    assert field in {problem.values["field"] for problem in refusal.value.problems}


def test_two_trials_never_share_an_address(session, programme, call, trial):
    with pytest.raises(BadInput, match="address is in use"):
        programme.propose("award", call.applications[1].id, WISH)


@pytest.mark.parametrize("who", ["director", "assessor", "applicant"])
def test_only_the_officer_proposes_an_award(session, programme, call, who):
    person_id = {
        "director": programme.director,
        "assessor": programme.assessors[0],
        "applicant": programme.applicants[0],
    }[who]

    with pytest.raises(NotAllowed):
        propose(
            session,
            act="award",
            subject_id=call.applications[0].id,
            wish=WISH,
            actor=programme.actor(person_id),
            now=AFTER,
        )


def test_the_rest_is_refused_with_reasons_and_the_call_is_decided(session, programme, call, trial):
    rest = [str(application.id) for application in call.applications[1:]]
    with pytest.raises(BadInput):
        programme.propose("refuse_rest", call.id, {"reasons": {rest[0]: "Te weinig bewijs."}})

    proposal = programme.propose(
        "refuse_rest", call.id, {"reasons": dict.fromkeys(rest, "Te weinig bewijs.")}
    )
    programme.approve(proposal)

    assert [a.state.value for a in call.applications] == ["awarded", "refused", "refused"]
    assert call.state is CallState.DECIDED
    assert len(session.scalars(select(Decision).where(Decision.awarded.is_(False))).all()) == 2


def test_a_call_with_an_award_cannot_be_withdrawn(session, programme, call, trial):
    officer = programme.actor(programme.officer)

    with pytest.raises(NotReady, match="was awarded"):
        withdraw_call(session, call_id=call.id, reason="Toch niet", actor=officer, now=AFTER)


def test_no_award_without_its_audit_row(session, programme, call, monkeypatch):
    proposal = programme.propose("award", call.applications[0].id, WISH)

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("trials.calls.services.awards.record", fail)
    with pytest.raises(OSError, match="disk full"):
        programme.approve(proposal)

    assert session.scalar(select(Intervention)) is None
    assert session.scalar(select(Decision)) is None
    assert call.applications[0].state is ApplicationState.SUBMITTED


class Bureau:
    """An evaluator that applied to the call of one trial and was scored."""

    def __init__(self, session, programme, trial):
        self.house = organisation(session, "Bureau Onafhankelijk")
        self.manager = person(session, "Manager", Role.APPLICANT, organisation=self.house)
        self.analyst = person(session, "Analyst", organisation=self.house)
        programme.applicants.append(self.manager)
        self.call = programme.published_call(
            kind=CallKind.EVALUATORS,
            trial_id=trial.id,
            opens_at=AFTER,
            questions_until=AFTER + (QUESTIONS_UNTIL - MONDAY),
            closes_at=AFTER + (CLOSES - MONDAY),
        )
        self.closed = self.call.closes_at + timedelta(hours=1)
        self.application = programme.application(
            self.call, len(programme.applicants) - 1, now=AFTER, content=EVALUATOR
        )

    def wish(self, **changes):
        wish = {
            "application_id": self.application.id,
            "trial_manager_id": self.manager,
            "analyst_id": self.analyst,
            "reasons": "Onafhankelijk en ervaren.",
        }
        return wish | changes


@pytest.fixture
def bureau(session, programme, trial, monkeypatch):
    bureau = Bureau(session, programme, trial)
    monkeypatch.setattr("tests.trials.calls.cast.AFTER", bureau.closed)
    programme.scored(bureau.application, 8, 8)
    return bureau


def test_an_appointment_gives_a_trial_its_evaluator_and_two_different_persons_their_roles(
    session, programme, trial, bureau
):
    proposal = programme.propose("appoint", trial.id, bureau.wish(), now=bureau.closed)
    programme.approve(proposal, now=bureau.closed)

    appointment = appointment_of(session, trial.id)
    assert isinstance(appointment, Appointment)
    assert appointment.independence == EVALUATOR["independence"]
    assert (trial.evaluator_id, trial.state) == (bureau.house, TrialState.DESIGNING)
    manager, analyst = (programme.actor(p, bureau.closed) for p in (bureau.manager, bureau.analyst))
    assert manager.may(Permission.DOCUMENT_DRAFT, trial.scope)
    assert analyst.may(Permission.RELEASE_DOWNLOAD, trial.scope)
    assert not analyst.may(Permission.ARMS_SEE, trial.scope)
    with pytest.raises(NotReady, match="its evaluator already"):
        programme.propose("appoint", trial.id, bureau.wish(), now=bureau.closed)


def test_trial_manager_and_analyst_are_two_persons_of_the_evaluator(programme, trial, bureau):
    for changes, field in (
        ({"analyst_id": bureau.manager}, "analyst_id"),
        ({"analyst_id": programme.applicants[1]}, "analyst_id"),
        ({"trial_manager_id": programme.officer}, "trial_manager_id"),
        ({"application_id": 10**6}, "application_id"),
    ):
        with pytest.raises(BadInput) as refusal:
            programme.propose("appoint", trial.id, bureau.wish(**changes), now=bureau.closed)
        assert refusal.value.values["field"] == field


def test_the_provider_does_not_evaluate_itself(session, programme, trial, bureau):
    trial.intervention.provider_id = bureau.house
    session.commit()

    with pytest.raises(NotReady, match="provider of an intervention cannot evaluate"):
        programme.propose("appoint", trial.id, bureau.wish(), now=bureau.closed)


def test_an_evaluator_is_not_awarded_a_trial(programme, bureau):
    with pytest.raises(NotReady, match="appointed to a trial"):
        programme.propose(
            "award", bureau.application.id, WISH | {"slug": "nog-een"}, now=bureau.closed
        )


def test_a_trial_with_an_evaluator_gets_no_second_call(session, programme, trial, bureau):
    programme.approve(
        programme.propose("appoint", trial.id, bureau.wish(), now=bureau.closed),
        now=bureau.closed,
    )
    with pytest.raises(NotReady, match="its evaluator already"):
        create_call(
            session,
            draft=draft(kind=CallKind.EVALUATORS, trial_id=trial.id),
            actor=programme.actor(programme.officer),
            now=MONDAY,
        )


STOP = {"reason": "too_few_schools", "explanation": "Er meldden zich 12 van 80 scholen aan."}


def test_a_stop_is_public_with_its_reason_and_told_to_the_parties(session, programme, trial):
    programme.approve(programme.propose("stop", trial.id, STOP))

    assert trial.state is TrialState.STOPPED
    assert (trial.stop_reason, trial.stop_explanation) == tuple(STOP.values())
    assert list(public_trials(session)) == [trial]
    told = session.scalars(select(OutboxRow.person_id).where(OutboxRow.kind == "trial_stopped"))
    assert list(told) == [programme.applicants[0]]
    with pytest.raises(NotReady):
        programme.propose("stop", trial.id, STOP)


@pytest.mark.parametrize("wish", [STOP | {"reason": "bored"}, STOP | {"explanation": " "}, {}])
def test_a_stop_needs_a_reason_of_the_list_and_an_explanation(session, programme, trial, wish):
    with pytest.raises(BadInput):
        programme.propose("stop", trial.id, wish)

    assert len(StopReason) == 9


def test_the_provider_can_neither_propose_nor_approve_a_stop(session, programme, trial):
    provider = programme.actor(programme.applicants[0], AFTER)

    with pytest.raises(NotAllowed):
        propose(session, act="stop", subject_id=trial.id, wish=STOP, actor=provider, now=AFTER)


def test_the_chain_names_ids_and_no_words(session, programme, trial):
    rows = session.scalars(select(AuditRow)).all()
    text = " ".join(f"{row.subject} {row.details}" for row in rows)

    assert "Samen lezen" not in text
    assert WISH["reasons"] not in text
    grant = session.scalar(select(Grant).where(Grant.scope_kind == ScopeKind.TRIAL))
    assert grant.granted_by == programme.director
