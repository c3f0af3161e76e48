"""Whether a database has the tables the code expects, CHECK constraints included.

Alembic compares tables, columns, indexes, keys; it leaves out CHECKs, on which states rest.
"""

import re
from collections.abc import Iterator

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Engine, MetaData, Table, inspect

CAST = re.compile(r"::(?:character varying|double precision|\w+)(?:\(\d+\))?(?:\[\])?")
SAME_IN_OTHER_WORDS = (  # PostgreSQL keeps the meaning of a condition, not its words
    (re.compile(r"\bNOT IN\b|!=|<> ALL\b", re.IGNORECASE), " <> "),
    (re.compile(r"\bBETWEEN\b", re.IGNORECASE), " >= <= "),
    (re.compile(r"\bIN\b|\bANY\b|\bARRAY\b", re.IGNORECASE), " "),
)
TOKEN = re.compile(r"'[^']*'|\w+|<>|<=|>=|<|>")


def drift(engine: Engine, metadata: MetaData) -> list[str]:
    """Return one line per difference between the database and ``metadata``; none is good."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": _is_ours},
        )
        found = [_in_words(one) for one in compare_metadata(context, metadata)]
        return found + list(_other_checks(connection, metadata))


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _in_words(difference: object) -> str:
    """Return alembic's tuple (or list of one, for a column) as words."""
    if isinstance(difference, list):
        return "; ".join(_in_words(one) for one in difference)
    if isinstance(difference, tuple):
        return " ".join(str(getattr(part, "name", part)) for part in difference if part is not None)
    return str(difference)


def _other_checks(connection: Connection, metadata: MetaData) -> Iterator[str]:
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in there:
            continue  # said already
        expected = _expected_checks(table, connection)
        found = {
            str(check["name"]): _essence(str(check["sqltext"]))
            for check in inspector.get_check_constraints(table.name)
        }
        for name in sorted(expected.keys() | found.keys()):
            if expected.get(name) != found.get(name):
                yield f"check {name} of {table.name} is other than the code has it"


def _expected_checks(table: Table, connection: Connection) -> dict[str, frozenset[str]]:
    named: dict[str, frozenset[str]] = {}
    for check in table.constraints:
        if isinstance(check, CheckConstraint):
            name = connection.dialect.identifier_preparer.format_constraint(check)
            condition = check.sqltext.compile(connection, compile_kwargs={"literal_binds": True})
            bare = re.sub(rf'"?\b{table.name}\b"?\.', "", str(condition))
            named[str(name).strip('"')] = _essence(bare)
    return named


def _essence(sql: str) -> frozenset[str]:
    """Return the names, values and comparisons in a condition, however a database writes it."""
    bare = CAST.sub("", sql.replace('"', ""))
    for words, same in SAME_IN_OTHER_WORDS:
        bare = words.sub(same, bare)
    return frozenset(t if t.startswith("'") else t.lower() for t in TOKEN.findall(bare))
