"""How the API describes itself: one section per subject, one shape for every refusal."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

import flask_smorest
from flask import Flask
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from trials.errors import BadInput
from trials.people.tokens import TokenScope
from web.access import signed_in
from web.api.tokens import use_token
from web.schemas import Shown

ROOT = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])
Link = tuple[str, str, str]  # operation, its parameter, where the answer holds the value

DESCRIPTION = """\
Open calls, trials that take schools and published results are there for everyone. The state of
sign-ups and the releases of a trial ask for a personal token, made under *Your account*, in the
header `Authorization: Bearer ...`. A token opens what it was made for and what its owner may see
at that moment; a browser that is signed in opens nothing here. Nothing can be changed here.

A refusal is always the same object: `code` and `status` as in HTTP, and `message`, a sentence that
says how to go on, in Dutch or English as `Accept-Language` asks. What the token's owner may not
know answers 404, as if it did not exist. 429 comes with `Retry-After`, in seconds.

Times are in UTC. Keys may be added to answers, and are never renamed.
"""


class RefusalSchema(Shown):
    """Why a request was refused."""

    code = fields.Integer(dump_only=True)
    status = fields.String(dump_only=True)  # the name of the code, always in English
    message = fields.String(dump_only=True)


class Document(flask_smorest.Api):
    """The OpenAPI document; refusals are answered by ``web.errors`` and only described here."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = RefusalSchema

    def to_dict(self) -> dict[str, Any]:
        self.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
        described: dict[str, Any] = self.spec.to_dict()
        return described


def describe(app: Flask) -> None:
    app.config.update(
        API_TITLE="Loting",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {
                "description": DESCRIPTION,
                "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            }
        },
    )


class Parser(FlaskParser):
    """Reads arguments; what cannot be read is refused with a sentence of ours."""

    def handle_error(  # type: ignore[override]
        self, error: ValidationError, _request: Any, schema: Schema, **_rest: Any
    ) -> NoReturn:
        name = next(iter(error.normalized_messages()["query"]))
        known = schema.fields.get(name)  # every filter is a choice
        if isinstance(known, fields.Enum):
            raise BadInput(
                "the filter {name} must be one of {options}",
                name=name,
                options=known.choices_text,
            )
        raise BadInput("there is no filter {name} here; leave it out", name=name)


class Section(flask_smorest.Blueprint):
    """The operations on one subject."""

    ARGUMENTS_PARSER = Parser()

    def shows(
        self,
        schema: Any,
        *refusals: int,
        content_type: str | None = None,
        links: Mapping[str, Link] | None = None,
    ) -> Callable[[View], View]:
        """Describe what an operation answers; a bad token is refused by all of them."""

        def decorate(view: View) -> View:
            view = self.response(200, schema, content_type=content_type)(view)
            for code in (401, *refusals):
                view = self.alt_response(code, response=HTTPStatus(code).name)(view)
            described = {
                name: {"operationId": operation, "parameters": {parameter: f"$response.body#{at}"}}
                for name, (operation, parameter, at) in (links or {}).items()
            }
            extra = {"responses": {200: {"links": described}}} if described else {}
            return self.doc(operationId=view.__name__, **extra)(view)

        return decorate

    def for_token(self, scope: TokenScope) -> Callable[[View], View]:
        """Ask for a token with ``scope``; stands directly under the route, as the access rule."""

        def decorate(view: View) -> View:
            @wraps(view)
            def checked(*arguments: Any, **values: Any) -> ResponseReturnValue:
                use_token(scope)
                answer: ResponseReturnValue = view(*arguments, **values)
                return answer

            for code in (403, 429):
                checked = self.alt_response(code, response=HTTPStatus(code).name)(checked)
            return signed_in(self.doc(security=[{"token": [scope.value]}])(checked))

        return decorate
