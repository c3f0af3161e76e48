"""Proposals on the desk, and the door to people."""

from collections import defaultdict

from flask_babel import LazyString, lazy_gettext

from trials.permissions import Permission
from web.people.acts import ACTS
from web.tasks import Door, TaskPage


def _page(title: LazyString) -> TaskPage:
    return TaskPage("people.proposal", "proposal_id", title)


TASKS = defaultdict(  # an act that has no words yet is a proposal all the same
    lambda: _page(lazy_gettext("A proposal that takes two persons")),
    {f"proposal_{act}": _page(words.title) for act, words in ACTS.items()},
)
DOORS = (Door("people.everyone", lazy_gettext("People and invitations"), Permission.PEOPLE_INVITE),)
