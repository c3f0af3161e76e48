"""A small real register for the pages, imported by the real service."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from trials.people.models import Person, SignInMethod
from trials.permissions import PROGRAMME, Actor, HeldRole, Role
from trials.register.formats import FORMATS
from trials.register.services import import_file

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMALL = tuple(replace(known, floor=1) for known in FORMATS)
PRIMARY = """\
PROVINCIE;BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM;STRAATNAAM;\
HUISNUMMER-TOEVOEGING;POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE
Drenthe;10249;16AH;00;De Hoeksteen;Straat;1;7822 HG;EMMEN;0114;EMMEN;Openbaar
Utrecht;10250;16BX;00;=De Regenboog;Laan;2;3511 AB;UTRECHT;0344;UTRECHT;Rooms-Katholiek
"""
SCORES = """\
vestigingsnummer,leerlingen_bekostigd_2019,achterstandsscore_2019,indicatie_tabel1,\
achterstandsscore_zonder_drempel_2019,zonder_drempel_onderbouw,zonder_drempel_bovenbouw,\
indicatie_tabel2
16AH00,1222,33.02,a,102.62,26.17,76.45,
16BX00,8,12.5,a,20,10,10,"a, b, c"
"""


@pytest.fixture
def register(session: Session) -> Session:
    person = Person(
        name="Beheer",
        email="beheer@voorbeeld.example",
        method=SignInMethod.PASSWORD,
        created_at=NOON,
    )
    session.add(person)
    session.commit()
    actor = Actor(person.id, frozenset({HeldRole(Role.ADMINISTRATOR, PROGRAMME)}))
    for name, text, day in (
        ("bo.csv", PRIMARY, date(2026, 1, 1)),
        ("cbs.csv", SCORES, date(2020, 2, 1)),
        ("bo2.csv", PRIMARY.replace("De Hoeksteen", "De Nieuwe Hoeksteen"), date(2026, 2, 1)),
    ):
        import_file(
            session,
            name=name,
            content=text.encode(),
            reference_date=day,
            actor=actor,
            now=NOON,
            formats=SMALL,
        )
    return session
