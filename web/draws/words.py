"""The parties of a draw in words."""

from flask import current_app
from flask_babel import gettext as _

from trials.draws.beacons import round_of


def party_in_words(name: str) -> str:
    """Return how a page calls a party: ``evaluator``, ``nro`` or ``beacon:NAME:ROUND``."""
    if name.startswith("beacon:"):
        beacon, round_ = round_of(name)
        return _("beacon %(name)s, round %(round)s", name=beacon.name, round=round_)
    return {
        "evaluator": _("the evaluator"),
        "nro": current_app.config["LOTING"].organisation_short,
        "provider": _("the provider"),
        "expert_group": _("the expert group"),
    }.get(name, name)
