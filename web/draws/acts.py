"""How the seal looks on the page of its proposal."""

from flask_babel import lazy_gettext

from trials.draws.sealing import SEAL
from web.acts import ActPage

ACTS = {
    SEAL: ActPage(
        title=lazy_gettext("Seal the draw"),
        consequence=lazy_gettext(
            "After you approve, the roster, the strata, the ratio and the rule are fixed. "
            "Nobody can repeat, change or undo the draw."
        ),
        labels={
            "trial": lazy_gettext("Trial"),
            "number": lazy_gettext("Draw number"),
            "fingerprint": lazy_gettext("Fingerprint of roster and rule"),
            "units": lazy_gettext("Units to draw"),
            "strata": lazy_gettext("Strata"),
            "arms": lazy_gettext("Groups"),
            "label": lazy_gettext("Group"),
            "ratio": lazy_gettext("Share"),
            "method": lazy_gettext("Method"),
            "parties": lazy_gettext("Who bring chance"),
            "reveal_before": lazy_gettext("Secrets are revealed before"),
        },
        endpoint="draws.ceremony",
        argument="draw_id",
    )
}
