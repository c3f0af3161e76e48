"""Parties, beacons and methods of a draw in words."""

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from trials.agreements.protocol import DrawMethod
from trials.draws.beacons import beacon_named, round_of
from trials.draws.custody import SERVER
from trials.draws.models import RiskKind

BEACON_WORDS = {
    "drand-quicknet": lazy_gettext("beacon drand (chain quicknet)"),
    "drand-default": lazy_gettext("beacon drand (chain default)"),
    "nist-2": lazy_gettext("beacon of NIST (version 2)"),
    "voorbeeld": lazy_gettext("example beacon of the demonstration"),
}
METHOD_WORDS = {
    DrawMethod.BLOCKED: lazy_gettext("by lot within each stratum, every group its share"),
    DrawMethod.PAIRS: lazy_gettext("by lot within pairs (or threes) of the schools most alike"),
    DrawMethod.RERANDOMISED: lazy_gettext(
        "by lot within each stratum, over again until the groups resemble each other enough"
    ),
}

RISK_WORDS = {
    RiskKind.BOARD: lazy_gettext("Same board"),
    RiskKind.ADDRESS: lazy_gettext("Same address"),
    RiskKind.COORDINATOR: lazy_gettext("Same coordinator"),
    RiskKind.STRATUM: lazy_gettext("Small stratum"),
}


def party_in_words(name: str) -> str:
    """Return how a page calls a party: ``evaluator``, ``nro`` or ``beacon:NAME:ROUND``."""
    if name.startswith("beacon:"):
        beacon, round_ = round_of(name)
        return _("%(beacon)s, round %(round)s", beacon=beacon_in_words(beacon.name), round=round_)
    return {
        "evaluator": _("the evaluator"),
        "nro": current_app.config["LOTING"].organisation_short,
        "provider": _("the provider"),
        "expert_group": _("the expert group"),
        SERVER: _("this server"),
    }.get(name, name)


def beacon_in_words(name: str) -> str:
    """Return how a page calls a beacon, by the name in a protocol or a record; "" is none."""
    return str(BEACON_WORDS[beacon_named(name).name]) if name else _("none")


def method_in_words(name: str) -> str:
    """Return how a page says what a draw does, by the name in a protocol."""
    return str(METHOD_WORDS[DrawMethod(name)])


def risk_in_words(kind: RiskKind) -> str:
    """Return how a page calls what a roster risks."""
    return str(RISK_WORDS[kind])
