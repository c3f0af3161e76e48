"""Calls as the API shows them."""

from marshmallow import Schema, fields

from trials.calls.models import CallKind, TieRule
from trials.calls.states import CallState
from web.schemas import Shown


class TrialNameSchema(Shown):
    """Which trial something is about."""

    slug = fields.String(dump_only=True)  # its public name, also in addresses
    title_nl = fields.String(dump_only=True)
    title_en = fields.String(dump_only=True)


class CriterionSchema(Shown):
    """What applications are scored on, from 1 (weak) to 9 (excellent)."""

    name_nl = fields.String(dump_only=True)
    name_en = fields.String(dump_only=True)
    weight = fields.Integer(dump_only=True)  # percent; all of a call together 100
    minimum = fields.Integer(dump_only=True, allow_none=True)  # least mean to be funded


class CallSchema(Shown):
    """A call; one for evaluators belongs to a trial."""

    id = fields.Integer(dump_only=True)
    kind = fields.Enum(CallKind, by_value=fields.String, dump_only=True)
    state = fields.Enum(CallState, by_value=fields.String, dump_only=True)
    trial = fields.Nested(TrialNameSchema, dump_only=True, allow_none=True)
    title_nl = fields.String(dump_only=True)
    title_en = fields.String(dump_only=True)
    text_nl = fields.String(dump_only=True)
    text_en = fields.String(dump_only=True)
    opens_at = fields.AwareDateTime(dump_only=True)
    questions_until = fields.AwareDateTime(dump_only=True)
    closes_at = fields.AwareDateTime(dump_only=True)  # exact to the second
    tie_rule = fields.Enum(TieRule, by_value=fields.String, dump_only=True)
    criteria = fields.List(fields.Nested(CriterionSchema), dump_only=True)
    withdrawn_reason = fields.String(dump_only=True, allow_none=True)


class CallFilterSchema(Schema):
    """Which calls are asked for."""

    kind = fields.Enum(CallKind, by_value=fields.String, load_only=True)
