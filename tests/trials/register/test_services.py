"""Editions come in whole, once, in order; what they no longer say is kept with its dates."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.register.conftest import NOON
from trials.audit import AuditRow
from trials.errors import BadInput, NotAllowed, NotFound
from trials.permissions import PROGRAMME, Actor, HeldRole, Role
from trials.register.formats import FORMATS
from trials.register.models import Edition, Sector, Site, SiteVersion
from trials.register.queries import counts_on, figures_of, history_of, site_on
from trials.register.services import ImportReport, import_file

SMALL = tuple(replace(known, floor=1) for known in FORMATS)
HEADER = (
    "PROVINCIE;BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM;STRAATNAAM;"
    "HUISNUMMER-TOEVOEGING;POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE"
)
HOEKSTEEN = "Drenthe;10249;16AH;00;De Hoeksteen;Straat;1;7822 HG;EMMEN;0114;EMMEN;Openbaar"
REGENBOOG = "Utrecht;10250;16BX;00;De Regenboog;Laan;2;3511 AB;UTRECHT;0344;UTRECHT;Openbaar"
NIEUW = "Limburg;10251;16CX;00;De Nieuwe;Weg;3;6211 AB;MAASTRICHT;0935;MAASTRICHT;Openbaar"
SPRING, AUTUMN = date(2026, 3, 1), date(2026, 10, 1)


def register_of(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


def bring_in(
    session: Session, actor: Actor, content: bytes, day: date | None = None, name: str = "bo.csv"
) -> ImportReport:
    return import_file(
        session,
        name=name,
        content=content,
        reference_date=day,
        actor=actor,
        now=NOON,
        formats=SMALL,
    )


def test_a_new_edition_opens_changes_and_closes_by_its_date(
    session: Session, administrator: Actor
) -> None:
    bring_in(session, administrator, register_of(HOEKSTEEN, REGENBOOG), SPRING)

    renamed = HOEKSTEEN.replace("De Hoeksteen", "De Nieuwe Hoeksteen")
    report = bring_in(session, administrator, register_of(renamed, NIEUW), AUTUMN)

    assert (report.opened, report.changed, report.closed) == (1, 1, 1)
    assert site_on(session, "16AH00", SPRING).name == "De Hoeksteen"
    assert site_on(session, "16AH00", AUTUMN).name == "De Nieuwe Hoeksteen"
    assert site_on(session, "16BX00", date(2026, 9, 30)).board_number == "10250"
    with pytest.raises(NotFound, match="no site 16BX00 on 2026-10-01"):
        site_on(session, "16BX00", AUTUMN)
    with pytest.raises(NotFound):
        site_on(session, "16CX00", SPRING)


def test_a_site_described_as_before_keeps_its_version(
    session: Session, administrator: Actor
) -> None:
    bring_in(session, administrator, register_of(HOEKSTEEN), SPRING)
    bring_in(session, administrator, register_of(HOEKSTEEN, REGENBOOG), AUTUMN)

    history = history_of(session, "16AH00")

    assert [(card.valid_from, card.valid_until) for card in history] == [(SPRING, None)]


def test_a_closed_site_that_opens_again_keeps_both_lives(
    session: Session, administrator: Actor
) -> None:
    bring_in(session, administrator, register_of(HOEKSTEEN, REGENBOOG), SPRING)
    bring_in(session, administrator, register_of(REGENBOOG, NIEUW), date(2026, 6, 1))
    bring_in(session, administrator, register_of(HOEKSTEEN, REGENBOOG, NIEUW), AUTUMN)

    lives = [(card.valid_from, card.valid_until) for card in history_of(session, "16AH00")]

    assert lives == [(SPRING, date(2026, 6, 1)), (AUTUMN, None)]


def test_the_same_file_again_changes_nothing_and_says_so(
    session: Session, administrator: Actor
) -> None:
    first = bring_in(session, administrator, register_of(HOEKSTEEN), SPRING)
    again = bring_in(session, administrator, register_of(HOEKSTEEN), AUTUMN, name="copy.csv")

    assert again == replace(first, already_there=True)
    assert session.scalar(select(func.count(Edition.id))) == 1


def test_an_edition_of_one_sector_leaves_the_others_open(
    session: Session, administrator: Actor
) -> None:
    secondary = HEADER + ";ONDERWIJSSTRUCTUUR\n" + NIEUW + ";HAVO/VWO\n"
    bring_in(session, administrator, register_of(HOEKSTEEN), SPRING)
    bring_in(session, administrator, secondary.encode(), AUTUMN, name="vo.csv")

    assert counts_on(session, AUTUMN, [Sector.BO]).sites == 1
    assert site_on(session, "16CX00", AUTUMN).structure == "HAVO/VWO"


def test_what_a_file_does_not_say_stays_as_it_was_said_last(
    session: Session, administrator: Actor
) -> None:
    """The all-sectors file names no boards and no municipality codes."""
    bring_in(session, administrator, register_of(HOEKSTEEN), SPRING)
    bring_in(
        session,
        administrator,
        b"naam,type,denominatie,straat,huisnummer,huisletter,huisnummertoevoeging,postcode,plaats,"
        b"gemeente,provincie,brin,vestigingscode,leerlingen\n"
        b"De Hoeksteen,basisschool,Openbaar,Plein,7,A,,7822HG,Emmen,EMMEN,Drenthe,16AH,16AH00,88\n",
        AUTUMN,
        name="all.csv",
    )

    card = site_on(session, "16AH00", AUTUMN)

    assert (card.street, card.board_number, card.municipality_code) == ("Plein 7A", "10249", "0114")
    assert card.pupils is not None
    assert (card.pupils.value, card.pupils.year) == (88, 2025)


def test_an_older_edition_is_refused(session: Session, administrator: Actor) -> None:
    bring_in(session, administrator, register_of(HOEKSTEEN), AUTUMN)

    with pytest.raises(BadInput, match="describes 2026-03-01, but the register already holds"):
        bring_in(session, administrator, register_of(REGENBOOG), SPRING)


def test_an_edition_from_the_future_is_refused(session: Session, administrator: Actor) -> None:
    with pytest.raises(BadInput, match="2207-03-01, which is yet to come"):
        bring_in(session, administrator, register_of(HOEKSTEEN), date(2207, 3, 1))


def test_without_a_date_an_edition_is_of_the_dutch_day_it_comes_in(
    session: Session, administrator: Actor
) -> None:
    late = NOON.replace(hour=23, minute=30)  # past midnight in Amsterdam

    report = import_file(
        session,
        name="bo.csv",
        content=register_of(HOEKSTEEN),
        actor=administrator,
        now=late,
        formats=SMALL,
    )

    assert report.reference_date == date(2027, 1, 5)


def test_a_file_that_lost_a_tenth_of_its_rows_closes_no_school(
    session: Session, administrator: Actor
) -> None:
    codes = [f"{n:02}AA" for n in range(20)]
    rows = [HOEKSTEEN.replace("16AH", code) for code in codes]
    bring_in(session, administrator, register_of(*rows), SPRING)

    with pytest.raises(BadInput, match="has 17 rows where the edition before had 20"):
        bring_in(session, administrator, register_of(*rows[:17]), AUTUMN)

    assert counts_on(session, AUTUMN, [Sector.BO]).sites == 20


def test_a_corrected_number_counts_and_the_old_one_is_kept(
    session: Session, administrator: Actor
) -> None:
    header = "vestigingsnummer,leerlingen_2025,leerlingen_leerjaar1_2025\n"
    for day, cells in ((SPRING, "<5,1"), (AUTUMN, "7,1")):
        content = f"{header}16AH00,{cells}\n".encode()
        bring_in(session, administrator, content, day, name="pupils.csv")

    site = session.scalars(select(Site)).one()
    pupils, first_year = figures_of(session, site.id)

    assert (pupils.value, pupils.mark) == (7, None)
    assert first_year.edition_id < pupils.edition_id  # said once, so kept once
    assert session.scalars(select(SiteVersion)).all() == []  # numbers alone open no school


def test_a_masked_number_said_again_is_nothing_new(session: Session, administrator: Actor) -> None:
    header = "vestigingsnummer,leerlingen_2025,leerlingen_leerjaar1_2025\n"
    first = f"{header}16AH00,<5,1\n".encode()
    bring_in(session, administrator, first, SPRING, name="pupils.csv")

    report = bring_in(session, administrator, first + b"16BX00,x,\n", AUTUMN, name="pupils.csv")

    assert report.figures == 1


def test_only_who_looks_after_the_register_imports(session: Session, administrator: Actor) -> None:
    officer = Actor(administrator.person_id, frozenset({HeldRole(Role.NRO_OFFICER, PROGRAMME)}))

    with pytest.raises(NotAllowed):
        bring_in(session, officer, register_of(HOEKSTEEN))


def test_an_import_leaves_one_line_in_the_audit_chain(
    session: Session, administrator: Actor
) -> None:
    report = bring_in(session, administrator, register_of(HOEKSTEEN), SPRING)

    row = session.scalars(select(AuditRow)).one()
    assert (row.event, row.subject) == (
        "register_imported",
        f"register_edition:{report.edition_id}",
    )
    assert row.details["rows"] == 1


def test_no_edition_without_its_audit_row(
    session: Session, administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("trials.register.services.record", fail)
    with pytest.raises(OSError, match="disk full"):
        bring_in(session, administrator, register_of(HOEKSTEEN))

    assert session.scalars(select(Edition)).all() == []
    assert session.scalars(select(SiteVersion)).all() == []
