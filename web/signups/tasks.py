"""Sign-ups on the desk, and the door to recruitment."""

from flask_babel import lazy_gettext

from trials.permissions import Permission
from web.tasks import Door, TaskPage


def _page(page: str, title: object) -> TaskPage:
    return TaskPage(endpoint=f"signups.{page}", argument="signup_id", title=title)  # type: ignore[arg-type]


TASKS = {
    "school_call_open": TaskPage(
        "signups.open_call", "trial_id", lazy_gettext("Open the call for schools")
    ),
    "signup_begin": TaskPage(
        "signups.begun", "link_id", lazy_gettext("Begin the sign-up of your school")
    ),
    "signup_continue": _page("school", lazy_gettext("Finish the sign-up of your school")),
    "signup_place": _page("school", lazy_gettext("Waiting for a place")),
    "signatory_name": _page("signatory", lazy_gettext("Say who signs for your board")),
    "board_sign": _page("agreement", lazy_gettext("The board signs the agreement")),
    "council_name": _page("council_contact", lazy_gettext("Say who answers for the council")),
    "council_decide": _page("council", lazy_gettext("The participation council answers")),
    "parents_inform": _page("parents", lazy_gettext("Send the letter to the parents")),
}
DOORS = (
    Door(
        "signups.recruitments", lazy_gettext("Recruitment of schools"), Permission.RECRUITMENT_READ
    ),
)
