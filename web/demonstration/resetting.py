"""Starting over: a demonstration database may be thrown away, and no other."""

import shutil
from pathlib import Path

from sqlalchemy import Engine, MetaData, inspect
from sqlalchemy.orm import Session

from trials.errors import NotAllowed
from trials.people.models import Deployment

MAILS = "mail"  # the folder of .eml files under var/


def throw_away(engine: Engine, var: Path) -> None:
    """Drop every table of a demonstration, and its mails. An empty database stays empty.

    Raises ``NotAllowed`` for a database that is not marked as a demonstration.
    """
    if not inspect(engine).has_table(Deployment.__tablename__):
        return
    with Session(engine) as session:
        deployment = session.get(Deployment, 1)
        if deployment is None or not deployment.demonstration:
            raise NotAllowed("this database is not a demonstration; it is not thrown away")
    found = MetaData()
    found.reflect(engine)
    found.drop_all(engine)
    shutil.rmtree(var / MAILS, ignore_errors=True)
