"""What a roster risks is drawn as one, or accepted with a reason that stays with the draw."""

import pytest
from sqlalchemy import select

from tests.trials.draws import ceremony as act
from tests.trials.draws.test_queries import SEES_ARMS, readers_of
from tests.trials.draws.world import NOON, add_school, recruited
from trials.audit import AuditRow
from trials.draws.models import Draw, RiskKind
from trials.draws.queries import accepted_risks, preview
from trials.draws.services import freeze_roster
from trials.errors import NotReady
from trials.register.models import SiteVersion
from trials.signups.models import Signup


def shared(world, numbers, **what):
    """Let schools of a world share a board or a coordinator; ``street`` an address."""
    for number in numbers:
        signup = world.session.get_one(Signup, world.signups[number])
        for name, value in what.items():
            if name == "street":
                site = world.session.query(SiteVersion).filter_by(site_id=signup.site_id).one()
                site.street, site.postcode = value, "1234 AB"
            else:
                setattr(signup, name, value)
    world.session.commit()


def same_board(world, *numbers):
    first = world.session.get_one(Signup, world.signups[numbers[0]])
    shared(world, numbers, board_id=first.board_id)


def risks(world):
    return preview(world.session, world.trial_id, world.actor("manager")).risks


def freeze(world, **answers):
    return freeze_roster(
        world.session,
        trial_id=world.trial_id,
        actor=world.actor("manager"),
        now=NOON,
        secret=act.SECRET,
        **answers,
    )


def test_schools_of_one_board_one_address_or_one_coordinator_are_listed(session):
    world = recruited(session)
    same_board(world, 0, 3)
    shared(world, (1, 2), street="Dorpsstraat 1")
    shared(world, (4, 7), coordinator_id=world.people["coordinator 4"])

    found = {risk.kind: risk for risk in risks(world)}

    assert {kind: [world.signups.index(s) for s in r.signups] for kind, r in found.items()} == {
        RiskKind.BOARD: [0, 3],
        RiskKind.ADDRESS: [1, 2],
        RiskKind.COORDINATOR: [4, 7],
    }
    assert found[RiskKind.BOARD].name == "Bestuur 0"
    assert found[RiskKind.ADDRESS].name == "Dorpsstraat 1, 1234 AB"
    assert {kind: risk.may_join for kind, risk in found.items()} == {
        RiskKind.BOARD: True,
        RiskKind.ADDRESS: False,  # they are in different strata
        RiskKind.COORDINATOR: True,
    }


def test_a_roster_is_not_frozen_while_schools_that_belong_together_may_be_parted(session):
    world = recruited(session)
    same_board(world, 0, 3)

    with pytest.raises(
        NotReady, match=r"apart though they belong together: 1, .* Voorbeeldschool 000"
    ):
        freeze(world)
    with pytest.raises(NotReady, match="belong together"):
        freeze(world, reasons={risks(world)[0].key: "  "})

    assert session.query(Draw).count() == 0


def test_schools_that_are_drawn_as_one_need_no_reason(session):
    """Two groups that overlap are one: 0 and 3 share a board, 3 and 6 a coordinator."""
    world = recruited(session, schools=12)
    same_board(world, 0, 3)
    shared(world, (3, 6), coordinator_id=world.people["coordinator 3"])

    draw = freeze(world, together=[risk.signups for risk in risks(world)])

    codes = {unit.signup_id: unit.code for unit in draw.units}
    assert len({codes[world.signups[number]] for number in (0, 3, 6)}) == 1
    assert draw.accepted_risks == []


def test_schools_that_are_drawn_as_one_may_leave_their_stratum_too_small(session):
    """Three schools in the stratum, all of one board: one unit is left for two groups."""
    world = recruited(session)
    same_board(world, 0, 3, 6)

    with pytest.raises(NotReady, match="fewer units than there are groups: 1"):
        freeze(world, together=[risks(world)[0].signups])


def test_a_reason_stays_with_the_draw_and_only_its_number_in_the_audit(session):
    world = recruited(session)
    same_board(world, 0, 3)
    (risk,) = risks(world)

    draw = freeze(world, reasons={risk.key: "The two never meet."})

    (kept,) = accepted_risks(session, draw.id, world.actor("officer"))
    assert (kept.kind, kept.schools, kept.reason) == (
        RiskKind.BOARD,
        ("Voorbeeldschool 000", "Voorbeeldschool 003"),
        "The two never meet.",
    )
    row = session.scalars(select(AuditRow).where(AuditRow.event == "roster_frozen")).one()
    assert row.details["accepted_risks"] == str(draw.accepted_risks[0].id)
    assert "never meet" not in str(row.details)


def test_a_group_that_grew_since_it_was_shown_is_accepted_anew(session):
    world = recruited(session)
    same_board(world, 0, 3)
    (shown,) = risks(world)
    add_school(world, 9)
    same_board(world, 0, 9)

    with pytest.raises(NotReady, match="belong together"):
        freeze(world, reasons={shown.key: "The two never meet."})


def test_a_stratum_with_fewer_units_than_groups_is_accepted_or_the_roster_stays_open(session):
    """Of four schools in three strata two are alone."""
    world = recruited(session, schools=4)

    with pytest.raises(NotReady, match=r"fewer units than there are groups: 2, .* groot/openbaar"):
        freeze(world)
    draw = freeze(world, otherwise="More schools did not sign up.")

    assert [risk.stratum_label for risk in draw.accepted_risks] == ["groot/openbaar", "groot/pc"]


def test_reasons_are_read_by_those_who_see_the_roster_alone(session):
    world = recruited(session, schools=4)
    draw = freeze(world, otherwise="More schools did not sign up.")

    readers = readers_of(lambda reader: accepted_risks(session, draw.id, reader), world)

    assert readers == SEES_ARMS
