"""The ceremony as the lines of a table: who does what, when, and whose turn it is."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from trials.draws.queries import Ceremony, PartyStep
from trials.draws.states import DrawState
from web.draws.words import beacon_in_words, party_in_words

DONE, WAIT, TODO, ERROR = "done", "wait", "todo", "error"  # kinds of badge


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    who: str
    when: datetime | None  # done at, or to be done before
    badge: str
    href: str = ""  # where the reader takes this step
    action: str = ""  # the verb of that link
    origin: str = ""  # where anyone can look it up
    deadline: bool = False  # ``when`` is the last moment, not the moment


def steps_of(draw: Ceremony) -> list[Step]:
    """Return every step of a draw, in order."""
    persons = [party for party in draw.parties if not party.is_beacon]
    beacons = [party for party in draw.parties if party.is_beacon]
    return [
        Step(
            _("Roster and rule frozen"), draw.frozen_by or _("the evaluator"), draw.frozen_at, DONE
        ),
        *(_committing(draw, party) for party in persons),
        _sealing(draw),
        *(_revealing(draw, party) for party in persons),
        *(_beacon(draw, party) for party in beacons),
        *(_beacon_to_come(draw) if not beacons else ()),
        _telling(draw),
    ]


def next_action(draw: Ceremony) -> Step | None:
    """Return the step that waits for the reader."""
    return next((step for step in steps_of(draw) if step.badge == WAIT and step.href), None)


def _committing(draw: Ceremony, party: PartyStep) -> Step:
    who = party_in_words(party.name)
    if party.committed_by:
        who = f"{party.committed_by}, {who}"
    if draw.state is DrawState.FROZEN and not party.committed_at and party.yours:
        href = _address("draws.commit", draw, party)
        return Step(_("Secret committed"), who, None, WAIT, href, _("Commit to your secret"))
    badge = DONE if party.committed_at else TODO
    return Step(_("Secret committed"), who, party.committed_at, badge)


def _sealing(draw: Ceremony) -> Step:
    title, who = _("Sealed"), _("two persons")
    if draw.rule is not None:
        return _sealing_under_rule(draw)
    if draw.state is DrawState.COMMITTED and draw.proposal_id is not None:
        href = url_for("people.proposal", proposal_id=draw.proposal_id)
        return Step(title, who, None, WAIT, href, _("Go to the seal"))
    if draw.state is DrawState.COMMITTED and draw.may_prepare:
        href = url_for("draws.seal", draw_id=draw.draw_id)
        return Step(title, who, None, WAIT, href, _("Propose the seal"))
    return Step(title, who, draw.sealed_at, DONE if draw.sealed_at else TODO)


def _sealing_under_rule(draw: Ceremony) -> Step:
    title, who = _("Sealed"), _("under the rule two persons approved")
    if draw.state is DrawState.COMMITTED and draw.may_prepare:
        href = url_for("draws.before_sealing_wave", draw_id=draw.draw_id)
        return Step(title, who, None, WAIT, href, _("Seal under the standing rule"))
    return Step(title, who, draw.sealed_at, DONE if draw.sealed_at else TODO)


def _revealing(draw: Ceremony, party: PartyStep) -> Step:
    title, who = _("Secret revealed"), party_in_words(party.name)
    if draw.rule is not None:  # the server's own: it comes out with the draw, not at the seal
        return Step(title, who, draw.drawn_at, DONE if draw.drawn_at else TODO)
    if party.revealed_at:
        return Step(title, who, party.revealed_at, DONE)
    if party.name in draw.failed or draw.overdue:
        return Step(title, who, draw.reveal_before, ERROR, deadline=True)
    if draw.state is DrawState.SEALED and party.yours:
        href, action = _address("draws.reveal", draw, party), _("Reveal your secret")
        return Step(title, who, draw.reveal_before, WAIT, href, action, deadline=True)
    return Step(title, who, draw.reveal_before, TODO, deadline=True)


def _beacon(draw: Ceremony, party: PartyStep) -> Step:
    title = _("Public beacon")
    who = party_in_words(party.name)
    if party.revealed_at:
        return Step(title, who, party.revealed_at, DONE, origin=party.address)
    secrets_in = all(p.revealed_at for p in draw.parties if not p.is_beacon)
    if draw.state is DrawState.SEALED and party.yours and secrets_in:
        href, action = _address("draws.beacon", draw, party), _("Enter the beacon")
        return Step(title, who, party.published_at, WAIT, href, action, party.address)
    return Step(title, who, party.published_at, TODO, origin=party.address)


def _beacon_to_come(draw: Ceremony) -> list[Step]:
    """The rounds are named when the draw is sealed."""
    who = _("%(beacon)s, a round after the seal", beacon=beacon_in_words(draw.beacon))
    return [Step(_("Public beacon"), who, None, TODO)] * draw.beacon_rounds


def _telling(draw: Ceremony) -> Step:
    title, who = _("Schools hear their group"), _("all at the same moment")
    if draw.told_at:
        return Step(title, who, draw.told_at, DONE)
    if draw.state is DrawState.DRAWN and draw.may_prepare:
        href = url_for("draws.before_telling", draw_id=draw.draw_id)
        return Step(title, who, None, WAIT, href, _("Tell the schools their group"))
    return Step(title, who, None, TODO)


def _address(endpoint: str, draw: Ceremony, party: PartyStep) -> str:
    return url_for(endpoint, draw_id=draw.draw_id, position=party.position)
