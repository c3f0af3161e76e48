"""A later round by its pages: one rule approved by two, then frozen and sealed by one."""

import re

from tests.trials.draws import ceremony as act
from tests.trials.draws.world import DAY, add_school
from trials.draws.beacons import example_value, round_of
from trials.draws.models import Draw
from trials.draws.states import DrawState
from trials.people.models import Proposal


def test_a_round_under_the_rule_by_its_pages(world, visitors, session):
    act.told(world)
    for number in range(20, 26):
        add_school(world, number)
    visitors.at(act.TOLD_AT + 30 * DAY)
    trial = f"/trials/{world.trial_id}/draws"
    visitors.post(f"{trial}/rule", "manager")
    proposal = session.query(Proposal).filter_by(act="standing_rule").one()
    assert "voorbeeldbaken" in visitors.get(f"/proposals/{proposal.id}", "director").text
    visitors.post(
        f"/proposals/{proposal.id}/approve",
        "director",
        shown_sha256=proposal.shown_sha256,
        pressed="yes",
    )
    assert f"{trial}/freeze?under=rule" in visitors.get(trial, "manager").text

    visitors.post(f"{trial}/freeze?under=rule", "manager")
    draw = session.query(Draw).filter_by(number=2).one()
    assert f"/draws/{draw.id}/wave" in visitors.get(f"/draws/{draw.id}", "manager").text
    visitors.post(f"/draws/{draw.id}/wave", "manager")
    session.expire_all()
    revealed = r"Geheim onthuld</strong></td>\s*<td>deze server</td>\s*<td>([^<]*)</td>"
    sealed = re.search(revealed, visitors.get(f"/draws/{draw.id}").text)
    assert sealed is not None
    assert sealed[1] == ""  # the secret comes out with the draw, not at the seal
    beacon, round_ = round_of(draw.parties[1].name)
    visitors.at(beacon.moment(round_)).post(
        f"/draws/{draw.id}/parties/1/beacon", "officer", published=example_value(round_)
    )

    session.expire_all()
    assert draw.state is DrawState.DRAWN
    drawn = re.search(revealed, visitors.get(f"/draws/{draw.id}").text)
    assert drawn is not None
    assert drawn[1] != ""
    assert "/rule" not in visitors.get(trial, "manager").text  # exactly this rule stands
