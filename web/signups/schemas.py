"""Calls for schools and sign-ups as the API shows them."""

from marshmallow import Schema, fields

from trials.signups.states import SignupState
from web.calls.schemas import TrialNameSchema
from web.schemas import Shown


class EligibilitySchema(Shown):
    """A question to a school, and the answer with which it may take part."""

    key = fields.String(dump_only=True)
    nl = fields.String(dump_only=True)
    en = fields.String(dump_only=True)
    must_be = fields.Boolean(dump_only=True)


class SchoolCallSchema(Shown):
    """What a trial asks of schools and offers them."""

    trial = fields.Nested(TrialNameSchema, attribute="call.trial", dump_only=True)
    open = fields.Boolean(dump_only=True)  # at this moment
    places = fields.Integer(attribute="call.places", dump_only=True)  # schools
    taken = fields.Integer(dump_only=True)  # schools; a later one waits
    opens_at = fields.AwareDateTime(attribute="call.opens_at", dump_only=True)
    closes_at = fields.AwareDateTime(attribute="call.closes_at", dump_only=True)
    told_by = fields.Date(attribute="call.told_by", dump_only=True)  # schools hear their group
    sectors = fields.List(fields.String(), attribute="call.sectors", dump_only=True)
    grades = fields.List(fields.String(), attribute="call.grades", dump_only=True)
    questions = fields.List(
        fields.Nested(EligibilitySchema), attribute="call.questions", dump_only=True
    )
    hours = fields.Dict(  # per role, over the whole trial
        keys=fields.String(), values=fields.Integer(), attribute="call.hours", dump_only=True
    )
    compensation_euro = fields.Integer(attribute="call.compensation_euro", dump_only=True)
    control_gets_nl = fields.String(attribute="call.control_gets_nl", dump_only=True)
    control_gets_en = fields.String(attribute="call.control_gets_en", dump_only=True)
    council_right = fields.String(attribute="call.council_right", dump_only=True)


class SignupSchema(Shown):
    """How far a school is; never its group, its answers or its pupils."""

    id = fields.Integer(dump_only=True)
    trial = fields.Nested(TrialNameSchema, dump_only=True)
    school_name = fields.String(dump_only=True)
    state = fields.Enum(SignupState, by_value=fields.String, dump_only=True)
    interested_at = fields.AwareDateTime(dump_only=True)
    submitted_at = fields.AwareDateTime(dump_only=True, allow_none=True)
    waiting_since = fields.AwareDateTime(dump_only=True, allow_none=True)
    withdrawn_at = fields.AwareDateTime(dump_only=True, allow_none=True)


class SignupFilterSchema(Schema):
    """Which sign-ups are asked for."""

    state = fields.Enum(SignupState, by_value=fields.String, load_only=True)
