"""Ways in which an arm could leak, each planted on purpose so that the walk must find it."""

import io
import zipfile

import structlog
from flask import Response

from trials.draws.queries import arms_of_trial


def arm_of(place):
    """The arm of the first school, which is another in each world."""
    units = arms_of_trial(place.world.session, place.world.trial_id)
    return next(unit.arm for unit in units if unit.signup_id == place.world.signups[0])


def in_a_page(arm):
    return f"one of the schools has {len(arm)} letters more"


def in_a_header(arm):
    name = f"lines-{arm}.csv"
    return Response("id,line", headers={"Content-Disposition": f"attachment; filename={name}"})


def in_a_status(arm):
    return "", 200 if arm == "controle" else 404


def in_an_archive(arm):
    """In a table inside a spreadsheet inside a ZIP file, as bytes that are packed twice."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet1.xml", f"<v>{arm}</v>")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("lines.xlsx", inner.getvalue())
    return Response(outer.getvalue(), content_type="application/zip")


def in_a_file_name(arm):
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(f"{arm}.csv", "")
    return Response(outer.getvalue(), content_type="application/zip")


def in_the_log(arm):
    structlog.get_logger("web").info("lines", arm=arm)
    return "id,line"
