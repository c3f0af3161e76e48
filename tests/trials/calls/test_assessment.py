"""Whoever has a conflict of interest sees nothing of it; scores have reasons and versions."""

import pytest
from sqlalchemy import select

from tests.trials.calls.cast import AFTER, BEFORE, person
from trials.calls.models import InterestDeclaration, Score
from trials.calls.queries.applications import application_page, applications_of
from trials.calls.queries.assessment import interests_of, ranking, to_assess
from trials.calls.services.applications import withdraw_application
from trials.calls.services.assessment import (
    Mark,
    declare_interest,
    rule_on_interest,
    score_application,
)
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from trials.permissions import Role


@pytest.fixture
def applications(programme):
    call = programme.published_call()
    return [programme.application(call, n) for n in (0, 1)]


def _rule(session, programme, application, may_score, assessor=0, by=None, ruling="Te dichtbij"):
    return rule_on_interest(
        session,
        application_id=application.id,
        assessor_id=programme.assessors[assessor],
        may_score=may_score,
        ruling=ruling,
        actor=programme.actor(by or programme.officer),
        now=AFTER,
    )


def test_without_a_tie_an_assessor_scores_at_once(session, programme, applications):
    programme.declare(0, applications[0])

    programme.score(0, applications[0], 7, 6)

    assert [s.value for s in session.scalars(select(Score).order_by(Score.id))] == [7, 6]


def test_nothing_is_read_or_scored_before_the_declaration(session, programme, applications):
    reader = programme.actor(programme.assessors[0])

    with pytest.raises(NotReady, match="declare first"):
        programme.score(0, applications[0], 7, 6)
    with pytest.raises(NotFound):
        application_page(session, applications[0].id, reader, AFTER)


def test_a_tie_waits_for_a_ruling(session, programme, applications):
    programme.declare(0, applications[0], "Wij schreven samen een artikel.")
    reader = programme.actor(programme.assessors[0])

    with pytest.raises(NotReady, match="waits for a ruling"):
        programme.score(0, applications[0], 7, 6)
    with pytest.raises(NotFound):
        application_page(session, applications[0].id, reader, AFTER)

    _rule(session, programme, applications[0], True, ruling="Lang geleden")

    programme.score(0, applications[0], 7, 6)
    assert application_page(session, applications[0].id, reader, AFTER).own is False


def test_a_conflicted_assessor_finds_neither_file_nor_scores_nor_ranking(
    session, programme, applications
):
    programme.declare(2, applications[0], "Mijn broer dient in.")
    _rule(session, programme, applications[0], False, assessor=2)
    for application in applications:
        programme.scored(application, 7, 6)
    conflicted, other = (programme.actor(programme.assessors[n]) for n in (2, 0))
    call = applications[0].call

    with pytest.raises(NotFound):
        application_page(session, applications[0].id, conflicted, AFTER)
    with pytest.raises(NotFound):
        programme.score(2, applications[0], 9, 9)
    with pytest.raises(NotFound):
        ranking(session, call, conflicted, AFTER)
    assert len(ranking(session, call, other, AFTER).standings) == 2


def test_an_assessor_of_the_applicants_house_is_kept_away_by_rule(session, programme):
    application = programme.application(programme.published_call())
    insider = person(session, "Insider", Role.ASSESSOR, organisation=programme.houses[0])
    programme.assessors.append(insider)

    programme.declare(3, application)

    declaration = session.scalar(select(InterestDeclaration))
    assert (declaration.may_score, declaration.ruled_by) == (False, None)
    with pytest.raises(NotReady, match="kept away by rule"):
        _rule(session, programme, application, True, assessor=3)


def test_an_interest_is_declared_once_and_after_closing_only(session, programme, applications):
    actor = programme.actor(programme.assessors[0])
    with pytest.raises(NotFound):
        declare_interest(
            session, application_id=applications[0].id, relation="", actor=actor, now=BEFORE
        )
    assert to_assess(session, applications[0].call, actor, BEFORE) == ()

    programme.declare(0, applications[0])

    with pytest.raises(Conflict):
        programme.declare(0, applications[0], "Toch wel iets")


def test_scores_of_whoever_is_kept_away_later_no_longer_count(session, programme, applications):
    programme.scored(applications[0], 7, 6)
    officer = programme.actor(programme.officer)
    before = ranking(session, applications[0].call, officer, AFTER).standings[0]

    _rule(session, programme, applications[0], False)

    after = ranking(session, applications[0].call, officer, AFTER).standings[0]
    assert (before.assessors, after.assessors) == (2, 1)


@pytest.mark.parametrize("by", ["assessor", "applicant", "director"])
def test_only_the_officer_rules(session, programme, applications, by):
    programme.declare(0, applications[0], "Een band")
    person_id = {
        "assessor": programme.assessors[1],
        "applicant": programme.applicants[0],
        "director": programme.director,
    }[by]

    with pytest.raises(NotAllowed):
        _rule(session, programme, applications[0], True, by=person_id)


def test_a_ruling_needs_its_reason_and_a_declaration(session, programme, applications):
    with pytest.raises(NotFound):
        _rule(session, programme, applications[0], True)
    programme.declare(0, applications[0], "Een band")
    with pytest.raises(BadInput):
        _rule(session, programme, applications[0], True, ruling="  ")


@pytest.mark.parametrize(
    ("first", "reason"), [(0, "Zwak"), (10, "Sterk"), (5, "  "), (5, "x" * 2001)]
)
def test_a_mark_is_from_one_to_nine_with_a_reason(session, programme, applications, first, reason):
    programme.declare(0, applications[0])
    one, two = (criterion.id for criterion in applications[0].call.criteria)

    with pytest.raises(BadInput):
        score_application(
            session,
            application_id=applications[0].id,
            marks={one: Mark(first, reason), two: Mark(5, "Redelijk")},
            actor=programme.actor(programme.assessors[0]),
            now=AFTER,
        )

    assert session.scalar(select(Score)) is None


def test_every_criterion_of_this_call_is_scored_and_no_other(session, programme, applications):
    programme.declare(0, applications[0])
    one, two = (criterion.id for criterion in applications[0].call.criteria)
    good = Mark(5, "Redelijk")

    for marks in ({one: good}, {one: good, two: good, two + 1000: good}):
        with pytest.raises(BadInput, match="every criterion"):
            score_application(
                session,
                application_id=applications[0].id,
                marks=marks,
                actor=programme.actor(programme.assessors[0]),
                now=AFTER,
            )


def test_a_changed_score_is_a_new_version_and_the_old_one_stays(session, programme, applications):
    programme.declare(0, applications[0])
    programme.score(0, applications[0], 7, 6)
    programme.score(0, applications[0], 7, 8)

    stored = session.scalars(select(Score).order_by(Score.criterion_id, Score.version))
    assert [(s.version, s.value) for s in stored] == [(1, 7), (1, 6), (2, 8)]
    officer = programme.actor(programme.officer)
    seen = application_page(session, applications[0].id, officer, AFTER).judgements
    assert [(j.value, j.version) for j in seen] == [(7, 1), (8, 2)]


def test_an_assessor_reads_own_scores_and_nro_all(session, programme, applications):
    programme.scored(applications[0], 7, 6)
    assessor, officer = (programme.actor(p) for p in (programme.assessors[0], programme.officer))

    own = application_page(session, applications[0].id, assessor, AFTER).judgements
    every = application_page(session, applications[0].id, officer, AFTER).judgements

    assert {j.assessor.id for j in own} == {programme.assessors[0]}
    assert {j.assessor.id for j in every} == set(programme.assessors[:2])


def test_an_application_taken_back_is_scored_no_more(session, programme, applications):
    programme.declare(0, applications[0])
    applicant = programme.actor(programme.applicants[0])
    withdraw_application(session, application_id=applications[0].id, actor=applicant, now=AFTER)

    with pytest.raises(NotReady, match="not under assessment"):
        programme.score(0, applications[0], 7, 6)


def test_assessors_see_the_ranking_when_it_is_complete_and_nro_at_any_time(
    session, programme, applications
):
    programme.scored(applications[0], 7, 6)
    call = applications[0].call
    assessor, officer, applicant = (
        programme.actor(p)
        for p in (programme.assessors[0], programme.officer, programme.applicants[0])
    )

    with pytest.raises(NotReady):
        ranking(session, call, assessor, AFTER)
    assert not ranking(session, call, officer, AFTER).complete
    with pytest.raises(NotFound):
        ranking(session, call, applicant, AFTER)
    with pytest.raises(NotFound):
        ranking(session, call, officer, BEFORE)

    programme.scored(applications[1], 5, 6)

    assert [s.application_id for s in ranking(session, call, assessor, AFTER).standings] == [
        applications[0].id,
        applications[1].id,
    ]


def test_lists_of_nro_are_for_nro(session, programme, applications):
    call = applications[0].call
    officer, assessor = (programme.actor(p) for p in (programme.officer, programme.assessors[0]))
    programme.declare(0, applications[0], "Een band")

    assert applications_of(session, call, officer, AFTER) == tuple(applications)
    with pytest.raises(NotReady):
        applications_of(session, call, officer, BEFORE)
    assert [d.relation for d in interests_of(session, call, officer)] == ["Een band"]
    for query in (
        lambda: applications_of(session, call, assessor, AFTER),
        lambda: interests_of(session, call, assessor),
    ):
        with pytest.raises(NotFound):
            query()


def test_an_officer_who_assesses_with_a_conflict_finds_nothing_either(
    session, programme, applications
):
    """The conflict is the person's, whatever roles that person holds."""
    both = person(session, "Both", Role.ASSESSOR, Role.NRO_OFFICER)
    programme.assessors.append(both)
    programme.declare(3, applications[0], "Mijn zus dient in.")
    _rule(session, programme, applications[0], False, assessor=3)
    reader = programme.actor(both)

    with pytest.raises(NotFound):
        application_page(session, applications[0].id, reader, AFTER)
    with pytest.raises(NotFound):
        ranking(session, applications[0].call, reader, AFTER)
