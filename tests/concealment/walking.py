"""Walking everything a person can reach, to see whether any of it depends on the allocation.

Two worlds are alike in all but the allocation that came out of their draws. Whatever a reader who
may not know an arm can open must then be the same in both, byte for byte; hashes apart, which
differ and give nothing away. So must the server's log of the walk and the reader's mails. The walk
takes its pages from the application's own routes, so that a page that comes later is walked as soon
as it exists.

    assert_no_arm(one, other, "recruiter")

``Place`` says which ids to try for an argument of a route; an argument it does not know is tried
with 1 and 2, or with each word its route takes.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from datetime import datetime
from difflib import unified_diff
from itertools import product

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from tests.trials.draws.world import World
from tests.web.api.world import token_of
from trials.mail import Links, OutboxRow, letter_for
from trials.schema import metadata
from web.api.tokens import bearer

OF_THE_ALLOCATION = {  # the only tables that may differ
    "draw",
    "draw_party",
    "draw_unit",
    "arrival",
    "fidelity_check",
    "dose",
    "delivery_event",
}
BY_REAL_TIME = {"worker"}  # when a process last showed itself alive
SKIPPED = {"static", "languages.choose"}
HASHES = re.compile(rb"[0-9a-f]{64,128}|<code class=\"hash\">[^<]*</code>")
CODES = re.compile(rb"<code>\w{4}(-\w{4}){3}</code>")  # to get back in, made by chance
TOKENS = re.compile(rb'(name="csrf_token" [^>]*value|content)="[^"]{40,}"')
HEADERS = ("Content-Type", "Content-Disposition", "Location")


@dataclass
class Place:
    """A world behind an application, at one moment."""

    app: Flask
    engine: Engine
    world: World
    now: datetime
    ids: dict[str, list[object]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)  # what the server wrote during the last walk

    def __post_init__(self) -> None:
        self.app.config["CLOCK"] = lambda: self.now

    def answers(
        self, name: str | None, only: str = "", method: str = "GET"
    ) -> dict[str, tuple[object, ...]]:
        """Open every address as a person, and return what came back, normalised.

        ``only`` is how the endpoints to open begin; POST sends an empty form to each.
        """
        person = None if name is None else self.world.people[name]
        self.app.config["WHO"] = bearer(lambda _session, _now: person)
        client = self.app.test_client()
        headers = {} if person is None else {"Authorization": f"Bearer {self._token(person)}"}
        found, written = {}, io.StringIO()
        with redirect_stderr(written):
            for address in self.addresses(only, method):
                answer = client.open(address, method=method, headers=headers)
                told = tuple(normalised(str(answer.headers.get(h)).encode()) for h in HEADERS)
                found[address] = (answer.status_code, told, content_of(answer))
        self.log = [without_time(line) for line in written.getvalue().splitlines()]
        return found

    def _token(self, person: int) -> str:
        """Make a token of a person that opens the whole API, where no other sign-in counts."""
        with Session(self.engine) as session:
            return token_of(session, person, now=self.now)

    def addresses(self, only: str, method: str) -> Iterator[str]:
        """Every address that can be opened, with each combination of ids."""
        adapter = self.app.url_map.bind("localhost")
        for rule in self.app.url_map.iter_rules():
            if method not in (rule.methods or ()) or rule.endpoint in SKIPPED:
                continue
            if not rule.endpoint.startswith(only):
                continue
            names = sorted(rule.arguments)
            for values in product(*(self._tried(rule, name) for name in names)):
                arguments = dict(zip(names, values, strict=True))
                yield adapter.build(rule.endpoint, arguments, method=method)

    def _tried(self, rule: Rule, name: str) -> list[object]:
        """The values of an argument: those of this world, or the words the route takes."""
        converter = rule._converters[name]
        words = sorted(converter.items) if isinstance(converter, AnyConverter) else [1, 2]
        return self.ids.get(name, words)

    def mails(self, name: str) -> list[tuple[str, str]]:
        """The words of every mail to a person."""
        with Session(self.engine) as session:
            rows = session.scalars(
                select(OutboxRow)
                .where(OutboxRow.person_id == self.world.people[name])
                .order_by(OutboxRow.id)
            ).all()
            letters = [letter_for(session, row, Links("http://loting", "key")) for row in rows]
        return [(letter.subject, letter.body) for letter in letters]

    def tables(self) -> dict[str, list[bytes]]:
        """Every row of every table that has no business with the allocation."""
        with self.engine.connect() as connection:
            return {
                table.name: sorted(
                    normalised(repr(_without_chance(row)).encode())
                    for row in connection.execute(select(table)).mappings()
                )
                for table in metadata.sorted_tables
                if table.name not in OF_THE_ALLOCATION | BY_REAL_TIME
            }


def assert_no_arm(
    one: Place, other: Place, name: str | None, only: str = "", method: str = "GET"
) -> None:
    """Assert that nothing ``name`` can open or was mailed depends on the allocation."""
    here, there = one.answers(name, only, method), other.answers(name, only, method)
    if len(here) <= 10 or here.keys() != there.keys():
        raise AssertionError(f"the two walks of {name} do not open the same {len(here)} addresses")
    telling = [path for path, answer in here.items() if there[path] != answer]
    if telling:
        first = _difference(here[telling[0]], there[telling[0]])
        raise AssertionError(f"{name} can tell arms from {telling}; the first:\n{first}")
    if not one.log or one.log != other.log:
        raise AssertionError(f"whoever reads the logs can tell arms from the walk of {name}")
    if name is not None and one.mails(name) != other.mails(name):
        raise AssertionError(f"{name} can tell arms from the mails")


def _difference(here: tuple[object, ...], there: tuple[object, ...]) -> str:
    """Return the lines in which two answers differ."""
    texts = [repr(answer[:-1]).splitlines() + _lines(answer[-1]) for answer in (here, there)]
    return "\n".join(unified_diff(*texts, lineterm="", n=0))


def _lines(body: object) -> list[str]:
    return bytes(body).decode(errors="replace").splitlines()  # type: ignore[call-overload]


def without_time(line: str) -> str:
    """Return a line of the log without when it was written and how long the page took."""
    try:
        told = json.loads(line)
    except ValueError:
        return line
    return json.dumps({key: told[key] for key in told if key not in ("timestamp", "ms")})


def content_of(answer) -> bytes:
    """Return the body of an answer, archives and spreadsheets file by file."""
    return normalised(unpacked(answer.data))


def unpacked(content: bytes) -> bytes:
    """Return what is in a ZIP file, with the names; anything else as it is."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    archive = zipfile.ZipFile(io.BytesIO(content))
    return b"\n".join(name.encode() + unpacked(archive.read(name)) for name in archive.namelist())


def normalised(content: bytes) -> bytes:
    return CODES.sub(b"<code>", TOKENS.sub(b"<token>", HASHES.sub(b"<hash>", content)))


def _without_chance(row) -> dict[str, object]:
    """Drop what is random in every row, whatever was drawn."""
    return {key: value for key, value in row.items() if key not in ("message_id", "shown")}
