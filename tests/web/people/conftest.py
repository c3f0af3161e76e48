"""A browser over https, so that the real programme's cookies come back."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import SECRET
from trials.mail import Links, OutboxRow, letter_for

HTTPS = "https://localhost"


class Browser:
    """A client with its own cookies, and the mailbox of whoever sits behind it."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.client, self.session = FlaskClient(app), session

    def get(self, path: str):
        self.session.commit()
        return self.client.get(path, base_url=HTTPS)

    def post(self, path: str, follow: bool = True, **data: str):
        self.session.commit()
        return self.client.post(path, data=data, base_url=HTTPS, follow_redirects=follow)

    def last_mail(self) -> str:
        self.session.commit()
        row = self.session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first()
        assert row is not None
        return letter_for(self.session, row, Links(HTTPS, SECRET)).body

    def link(self) -> str:
        return self.last_mail().split(HTTPS)[1].split()[0]


@pytest.fixture
def visit(app: Flask, session: Session) -> Callable[[], Browser]:
    return lambda: Browser(app, session)
