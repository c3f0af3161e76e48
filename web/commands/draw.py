"""loting draw: freeze, commit, seal, reveal and draw outside any database."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trials.errors import TrialError
from web.commands import Refused
from web.commands.draw_options import by_party, check_options, check_rounds, label_and_ratio

if TYPE_CHECKING:
    from randomisation import Arm, Party, Record, Unit

ALONE = (
    "One person made all the nonces, so nobody else can be sure that this draw was not repeated "
    "until it pleased. Let parties bring their own with --commit, or end with a beacon."
)


@click.command("draw")
@click.argument("roster", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--id", "id_column", metavar="COL", help="Column with the units' pseudonyms.")
@click.option("--stratum", "strata", metavar="COL[,COL…]", multiple=True, help="Stratum columns.")
@click.option("--arm", "arms", metavar="LABEL:RATIO", multiple=True, help="Control first.")
@click.option(
    "--method", type=click.Choice(["blocked", "rerandomised", "pairs"]), default="blocked"
)
@click.option(
    "--covariate", "covariates", metavar="COL", multiple=True, help="Balanced or matched."
)
@click.option("--acceptance", metavar="P", type=float, help="Share of allocations to accept.")
@click.option("--party", "parties", metavar="NAME", multiple=True, help="Or beacon:NAME:ROUND.")
@click.option("--commit", "commits", metavar="PARTY=HEX", multiple=True, help="Nonce elsewhere.")
@click.option("--trial", metavar="NAME", help="Name in the record; the roster's by default.")
@click.option(
    "--previous",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Receipt of the wave before.",
)
@click.option("--sealed", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--nonce", "nonces", metavar="PARTY=HEX", multiple=True, help="With --sealed.")
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), required=True)
def draw_command(roster: Path | None, sealed: Path | None, out: Path, **options: Any) -> None:
    """Draw a ROSTER (CSV), or complete a --sealed record with the nonces of its parties.

    Writes sealed.json, receipt.json, allocation.csv and verify_draw.py to DIR and overwrites
    nothing. With a beacon or --commit the first call stops at sealed.json.
    """
    from randomisation import Refusal

    try:
        if roster is not None and sealed is None:
            _begin(roster, out, options)
        elif sealed is not None and roster is None:
            _complete(sealed, out, by_party("--nonce", options["nonces"]))
        else:
            raise click.UsageError("give either a ROSTER to draw or a --sealed record to complete")
    except (Refusal, TrialError) as refusal:
        raise Refused(str(refusal)) from refusal
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from error


def _begin(roster: Path, out: Path, options: dict[str, Any]) -> None:
    from randomisation import Arm
    from randomisation.canonical import canonical
    from web.commands.kit import refuse_existing, write_sealed

    check_options(options)
    refuse_existing(out)
    commits = by_party("--commit", options["commits"])
    parties, made = _parties(options["parties"], commits)
    check_rounds([party.name for party in parties], datetime.now(UTC))
    arms = [Arm(*label_and_ratio(text)) for text in options["arms"]]
    record = _freeze(roster, arms, parties, options)
    path = write_sealed(out, canonical(record.to_dict()))
    click.echo(f"Sealed: {len(record.units)} units, {len(record.design.blocks)} strata, in {path}")
    click.echo(f"Fingerprint: {record.fingerprint}")
    if all(party.name in made for party in parties):
        click.echo(ALONE)
        _draw(record, made, out)
    else:
        _ask_for_nonces(path, parties, made, out)


def _complete(sealed: Path, out: Path, nonces: dict[str, str]) -> None:
    from randomisation import RecordError, read_record
    from randomisation.canonical import read_json
    from web.commands.files import RECORD_MEGABYTES, file_bytes
    from web.commands.kit import refuse_existing

    record = read_record(read_json(file_bytes(sealed, megabytes=RECORD_MEGABYTES)))
    names = [party.name for party in record.entropy]
    if missing := [name for name in names if name not in nonces]:
        raise RecordError("give the nonce of {parties} with --nonce", parties=", ".join(missing))
    if unknown := [name for name in nonces if name not in names]:
        raise RecordError("{party} is no party of this record", party=unknown[0])
    refuse_existing(out, keep=sealed)
    _draw(record, nonces, out, seal=sealed.resolve() != (out / "sealed.json").resolve())


def _draw(record: Record, nonces: dict[str, str], out: Path, *, seal: bool = False) -> None:
    from randomisation import draw
    from randomisation.canonical import canonical
    from web.commands.kit import allocation_csv, write_drawn, write_sealed

    receipt = draw(record, [nonces[party.name] for party in record.entropy])
    if seal:
        write_sealed(out, canonical(record.to_dict()))
    keys = {unit: receipt.key(unit) for unit in receipt.allocation}
    full = receipt.to_dict()
    written = write_drawn(out, canonical(full), allocation_csv(full, keys))
    counts = Counter(receipt.allocation.values())
    drawn = ", ".join(f"{arm.label} {counts[arm.label]}" for arm in record.arms)
    click.echo(f"Drawn: {drawn}.")
    if receipt.balance is not None:
        click.echo(f"Balance: M is {receipt.balance}, of candidate {receipt.candidate}.")
    click.echo(f"Written: {', '.join(map(str, written))}")
    click.echo(f"Check it with: python {out / 'verify_draw.py'} {out / 'receipt.json'}")


def _freeze(roster: Path, arms: list[Arm], parties: list[Party], options: dict[str, Any]) -> Record:
    from randomisation import Rerandomised, new_record
    from randomisation.canonical import digest, read_json
    from web.commands.files import RECORD_MEGABYTES, file_bytes

    units = _units(roster, options)
    if options["method"] == "pairs":
        units = _matched(units, sum(arm.ratio for arm in arms))
    rerandomised = options["method"] == "rerandomised"
    before = options["previous"]
    record = new_record(
        trial=options["trial"] or roster.stem,
        arms=arms,
        units=units,
        entropy=parties,
        salt=secrets.token_hex(32),
        previous=before and digest(read_json(file_bytes(before, megabytes=RECORD_MEGABYTES))),
        method=Rerandomised(options["covariates"], threshold="1") if rerandomised else None,
    )
    return _with_threshold(record, options["acceptance"]) if rerandomised else record


def _matched(units: list[Unit], size: int) -> list[Unit]:
    """Make a stratum of every group of units most alike; the covariates need not be sealed."""
    import numpy as np

    from randomisation import Unit
    from randomisation.matching import match
    from randomisation.reading import check_decimals

    for unit in units:
        check_decimals(unit.id, unit.covariates)
    covariates = np.array([[float(value) for value in unit.covariates] for unit in units])
    found = match(covariates, [unit.stratum for unit in units], size)
    click.echo(f"Matched: {len(found.groups)} groups of {size} within strata.")
    if found.left_over:
        alone = ", ".join(units[number].id for number in found.left_over)
        click.echo(f"Left over, and dealt from the deck: {alone}.")
    return [Unit(unit.id, name) for unit, name in zip(units, found.strata, strict=True)]


def _with_threshold(record: Record, acceptance: float) -> Record:
    from randomisation.threshold import propose_threshold

    assert record.method is not None
    threshold = propose_threshold(record.design, acceptance)
    click.echo(f"Threshold: M below {threshold}, about {acceptance:.3g} of all allocations.")
    return replace(record, method=replace(record.method, threshold=threshold))


def _units(roster: Path, options: dict[str, Any]) -> list[Unit]:
    from randomisation import Unit, join_strata
    from web.commands.roster import read_roster

    strata = [name for names in options["strata"] for name in names.split(",")]
    rows, reading = read_roster(roster, [options["id_column"], *strata, *options["covariates"]])
    click.echo(f"Read: {reading}.")
    return [
        Unit(
            row[options["id_column"]],
            join_strata([row[name] for name in strata]) if strata else "all",
            tuple(row[name] for name in options["covariates"]),
        )
        for row in rows
    ]


def _parties(names: tuple[str, ...], commits: dict[str, str]) -> tuple[list[Party], dict[str, str]]:
    """Return the parties, beacons last, and the nonces that were made here."""
    from randomisation import Party, commitment

    named = sorted(dict.fromkeys([*names, *commits]), key=lambda name: name.startswith("beacon:"))
    made = {
        name: secrets.token_hex(32)
        for name in named
        if name not in commits and not name.startswith("beacon:")
    }
    commits = commits | {name: commitment(name, nonce) for name, nonce in made.items()}
    return [Party(name, commits.get(name)) for name in named], made


def _ask_for_nonces(path: Path, parties: list[Party], made: dict[str, str], out: Path) -> None:
    if made:
        click.echo("Keep the nonces below secret until all are in; they are stored nowhere.")
    given = [f"--nonce {party.name}={made.get(party.name, '…')}" for party in parties]
    click.echo("Publish the fingerprint. Draw when every nonce is in:")
    click.echo(" ".join(["loting draw --sealed", str(path), *given, "--out", str(out)]))
