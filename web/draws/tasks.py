"""The steps of a draw on the desk."""

from flask_babel import lazy_gettext

from web.tasks import TaskPage

TASKS = {
    "draw_freeze": TaskPage(
        "draws.freeze", "trial_id", lazy_gettext("Freeze the roster for the draw")
    ),
    "nonce_commit": TaskPage(
        "draws.ceremony", "draw_id", lazy_gettext("Commit to your secret for the draw")
    ),
    "seal_propose": TaskPage("draws.seal", "draw_id", lazy_gettext("Propose to seal the draw")),
    "wave_seal": TaskPage(
        "draws.before_sealing_wave", "draw_id", lazy_gettext("Seal the round under its rule")
    ),
    "nonce_reveal": TaskPage(
        "draws.ceremony", "draw_id", lazy_gettext("Reveal your secret for the draw")
    ),
    "beacon_enter": TaskPage(
        "draws.ceremony", "draw_id", lazy_gettext("Enter the value of the public beacon")
    ),
    "draw_overdue": TaskPage(
        "draws.ceremony", "draw_id", lazy_gettext("A secret for the draw did not come in time")
    ),
    "tell_schools": TaskPage(
        "draws.ceremony", "draw_id", lazy_gettext("Tell the schools their group")
    ),
    "arrivals_close": TaskPage(
        "draws.close_arrivals", "arrivals_id", lazy_gettext("Let nobody in any more")
    ),
    "draw_result": TaskPage(
        "draws.school_result", "signup_id", lazy_gettext("The outcome of the draw")
    ),
}
