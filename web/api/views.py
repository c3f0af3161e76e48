"""The sections of the API, and the document that describes them."""

from typing import Any

from flask import Blueprint, Flask, current_app, jsonify

from web.access import public
from web.addresses import Slug
from web.api import calls, releases, results, schools, signups
from web.api.document import ROOT, Document, describe
from web.api.tokens import bearer, name_the_cure

SECTIONS = (calls.bp, schools.bp, signups.bp, releases.bp, results.bp)

bp = Blueprint("api", __name__, url_prefix=ROOT)


@bp.get("/openapi.json")
@public
def openapi() -> Any:
    """The OpenAPI document."""
    return jsonify(current_app.extensions["api_document"])


def init_app(app: Flask) -> None:
    app.config["WHO"] = bearer(app.config["WHO"])
    app.after_request(name_the_cure)
    describe(app)
    document = Document(app)
    document.register_converter(Slug, lambda _: {"type": "string", "pattern": f"^{Slug.regex}$"})
    for section in SECTIONS:
        document.register_blueprint(section, url_prefix=ROOT)
    app.register_blueprint(bp)
    app.extensions["api_document"] = document.to_dict()
