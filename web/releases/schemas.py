"""Releases as the API shows them."""

from marshmallow import fields

from web.calls.schemas import TrialNameSchema
from web.schemas import Shown


class ReleaseSchema(Shown):
    """A version of the analysis dataset."""

    id = fields.Integer(dump_only=True)
    trial = fields.Nested(TrialNameSchema, dump_only=True)
    version = fields.Integer(dump_only=True)
    masked = fields.Boolean(dump_only=True)  # arms have opaque labels
    reason = fields.String(dump_only=True)
    rows = fields.Integer(dump_only=True)  # pupils
    csv_sha256 = fields.String(dump_only=True)  # of the file, byte for byte
    made_at = fields.AwareDateTime(dump_only=True)


class CodebookSchema(Shown):
    """A Data Package: https://datapackage.org."""

    name = fields.String(dump_only=True)
    title = fields.String(dump_only=True)
    resources = fields.List(fields.Dict(), dump_only=True)
