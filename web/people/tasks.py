"""Proposals on the desk, and the door to people."""

from flask_babel import lazy_gettext

from trials.permissions import Permission
from web.tasks import Door, TaskPage

TASKS = {
    "proposal": TaskPage(
        endpoint="people.proposal",
        argument="proposal_id",
        title=lazy_gettext("A proposal that takes two persons"),
    )
}
DOORS = (Door("people.everyone", lazy_gettext("People and invitations"), Permission.PEOPLE_INVITE),)
