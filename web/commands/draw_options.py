"""The options of ``loting draw``: what belongs together, and how each is written."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import click

from trials.errors import BadInput


def check_options(options: Mapping[str, Any]) -> None:
    """Raise UsageError for options of a new draw that are missing or do not go together."""
    method = options["method"]
    if options["nonces"]:
        raise click.UsageError("--nonce completes a --sealed record; a ROSTER gets nonces unseen")
    if not options["id_column"]:
        raise click.UsageError("name the column with the units' pseudonyms: --id COL")
    if len(options["arms"]) < 2:
        raise click.UsageError("name two arms or more, control first: --arm LABEL:RATIO")
    if not options["parties"] and not options["commits"]:
        raise click.UsageError("name who brings a nonce: --party NAME or --commit PARTY=HEX")
    if (method == "blocked") == bool(options["covariates"]):
        raise click.UsageError(
            "--method rerandomised and --method pairs need --covariate, blocked takes none"
        )
    if (method == "rerandomised") != (options["acceptance"] is not None):
        raise click.UsageError("--acceptance belongs to --method rerandomised, which needs it")


def label_and_ratio(text: str) -> tuple[str, int]:
    """Return what LABEL:RATIO says; a ratio left out is 1."""
    label, colon, ratio = text.rpartition(":")
    if not colon:
        return text, 1
    if not ratio.isascii() or not ratio.isdigit():
        raise click.UsageError(f'the ratio in "{text}" is not a whole number; write LABEL:RATIO')
    return label, int(ratio)


def by_party(option: str, texts: tuple[str, ...]) -> dict[str, str]:
    """Return the values of PARTY=HEX by party."""
    values: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        if not equals or name in values:
            raise click.UsageError(f'{option} takes PARTY=HEX, once for each party, not "{text}"')
        values[name] = value
    return values


def check_rounds(parties: Iterable[str], now: datetime) -> None:
    """Refuse a beacon round that is out already: whoever seals could know its value.

    The example beacon is for demonstrations, where everybody can.
    """
    from trials.draws.beacons import EXAMPLE, round_of

    for name in parties:
        if not name.startswith("beacon:"):
            continue
        beacon, round_ = round_of(name)
        if beacon.name != EXAMPLE and beacon.moment(round_) <= now:
            raise BadInput(
                "round {round} of {beacon} was published at {moment} UTC, before the seal; "
                "name a round that is still to come, {next} or later",
                round=round_,
                beacon=beacon.name,
                moment=beacon.moment(round_).strftime("%d-%m-%Y %H:%M:%S"),
                next=beacon.round_from(now) + 1,
            )
