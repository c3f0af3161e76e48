"""The pages of pupils and measurements."""

from flask import Blueprint, Response, request

bp = Blueprint("measurements", __name__, template_folder="templates")


@bp.after_request
def keep_off_disks(response: Response) -> Response:
    """Pages about pupils are kept by no browser and no proxy."""
    if request.endpoint:
        response.headers["Cache-Control"] = "no-store"
    return response
