"""What a roster risks: schools that may spill over, and strata smaller than the number of arms.

Whoever freezes the roster joins the schools into one unit, or accepts the risk with a reason.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol, Unit
from trials.draws.models import AcceptedRisk, RiskKind
from trials.draws.roster import RosterUnit
from trials.errors import NotReady
from trials.people.models import Person
from trials.register.models import Board, SiteVersion
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class Risk:
    """Schools that share an owner and could land in different arms, or a stratum too small."""

    kind: RiskKind
    name: str  # of the board, the address, the coordinator or the stratum
    schools: tuple[Signup, ...]
    units: tuple[int, ...]  # their numbers in the roster
    may_join: bool  # they are in one stratum, so that one unit can stand for them

    @property
    def key(self) -> str:
        """Names this risk as it was shown: other schools in it make it another."""
        told = "/".join([self.kind, self.name, *(str(school.id) for school in self.schools)])
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def signups(self) -> list[int]:
        return [school.id for school in self.schools]


def risks_of(session: Session, roster: Sequence[RosterUnit], protocol: Protocol) -> list[Risk]:
    """Return what must be joined or accepted before the roster is frozen.

    Classes and pupils are drawn apart within their school by design; only schools spill over.
    """
    found = _small_strata(roster, protocol)
    if protocol.unit is Unit.SITE:
        found += _shared_owners(session, roster)
    return found


def accept(
    risks: Iterable[Risk], reasons: Mapping[str, str], *, otherwise: str = ""
) -> list[AcceptedRisk]:
    """Return a row per risk with the reason for it, by the risk's key.

    ``otherwise`` is the reason for every risk without one of its own. Raises ``NotReady`` for a
    risk that nobody accepted.
    """
    given = {risk: (reasons.get(risk.key, "").strip() or otherwise.strip()) for risk in risks}
    _check_accepted([risk for risk, reason in given.items() if not reason])
    return [
        AcceptedRisk(
            kind=risk.kind,
            stratum_label=risk.name if risk.kind is RiskKind.STRATUM else None,
            signups=risk.signups,
            reason=reason,
        )
        for risk, reason in given.items()
    ]


def _check_accepted(missing: Sequence[Risk]) -> None:
    strata = [risk for risk in missing if risk.kind is RiskKind.STRATUM]
    shared = [risk for risk in missing if risk.kind is not RiskKind.STRATUM]
    if shared:
        raise NotReady(
            "groups of schools that could be drawn apart though they belong together: {count}, the "
            "first with {school}; draw each as one, or say why they may be apart",
            count=len(shared),
            school=shared[0].schools[0].school_name,
        )
    if strata:
        raise NotReady(
            "strata with fewer units than there are groups: {count}, the first is {stratum}; "
            "say why you draw in them all the same",
            count=len(strata),
            stratum=strata[0].name,
        )


def _small_strata(roster: Sequence[RosterUnit], protocol: Protocol) -> list[Risk]:
    members: dict[str, list[int]] = {}
    for number, unit in enumerate(roster):
        members.setdefault(unit.stratum, []).append(number)
    return [
        Risk(RiskKind.STRATUM, stratum, _schools(roster, numbers), tuple(numbers), may_join=False)
        for stratum, numbers in sorted(members.items())
        if len(numbers) < len(protocol.arms)
    ]


def _shared_owners(session: Session, roster: Sequence[RosterUnit]) -> list[Risk]:
    units: dict[tuple[RiskKind, str], set[int]] = {}
    addresses = _addresses(session, roster)
    for number, unit in enumerate(roster):
        for target in unit.targets:
            for owner in _owners(target.signup, addresses.get(target.signup.site_id, "")):
                units.setdefault(owner, set()).add(number)
    shared = {owner: sorted(numbers) for owner, numbers in units.items() if len(numbers) > 1}
    names = _names(session, shared)
    return sorted(
        (
            Risk(
                kind,
                names.get((kind, owner), owner),
                _owned(roster, numbers, (kind, owner), addresses),
                tuple(numbers),
                may_join=len({roster[number].stratum for number in numbers}) == 1,
            )
            for (kind, owner), numbers in shared.items()
        ),
        key=lambda risk: (risk.kind, risk.signups),
    )


def _owners(signup: Signup, address: str) -> list[tuple[RiskKind, str]]:
    found = [(RiskKind.COORDINATOR, str(signup.coordinator_id))]
    if signup.board_id is not None:
        found.append((RiskKind.BOARD, str(signup.board_id)))
    if address:
        found.append((RiskKind.ADDRESS, address))
    return found


def _owned(
    roster: Sequence[RosterUnit],
    numbers: Sequence[int],
    owner: tuple[RiskKind, str],
    addresses: Mapping[int, str],
) -> tuple[Signup, ...]:
    return tuple(
        school
        for school in _schools(roster, numbers)
        if owner in _owners(school, addresses.get(school.site_id, ""))
    )


def _schools(roster: Sequence[RosterUnit], numbers: Sequence[int]) -> tuple[Signup, ...]:
    found = {t.signup.id: t.signup for number in numbers for t in roster[number].targets}
    return tuple(found[number] for number in sorted(found))


def _addresses(session: Session, roster: Sequence[RosterUnit]) -> dict[int, str]:
    """Return the address of each site that the register knows one of."""
    sites = {target.signup.site_id for unit in roster for target in unit.targets}
    rows = session.execute(
        select(SiteVersion.site_id, SiteVersion.street, SiteVersion.postcode, SiteVersion.town)
        .where(SiteVersion.site_id.in_(sites), SiteVersion.valid_until.is_(None))
        .order_by(SiteVersion.valid_from)
    )
    return {
        site: ", ".join(filter(None, (street, postcode, town)))
        for site, street, postcode, town in rows
        if street and (postcode or town)
    }


def _names(
    session: Session, owners: Iterable[tuple[RiskKind, str]]
) -> dict[tuple[RiskKind, str], str]:
    boards = [int(owner) for kind, owner in owners if kind is RiskKind.BOARD]
    persons = [int(owner) for kind, owner in owners if kind is RiskKind.COORDINATOR]
    names: dict[tuple[RiskKind, str], str] = {}
    for board, name, code in session.execute(
        select(Board.id, Board.name, Board.number).where(Board.id.in_(boards))
    ):
        names[RiskKind.BOARD, str(board)] = name or code
    for person, name in session.execute(
        select(Person.id, Person.name).where(Person.id.in_(persons))
    ):
        names[RiskKind.COORDINATOR, str(person)] = name
    return names
