"""Published results as the API shows them."""

from marshmallow import fields

from trials.lifecycle import TrialState
from web.calls.schemas import TrialNameSchema
from web.schemas import Shown


class FinishedTrialSchema(TrialNameSchema):
    """A trial with a published result, or one that was stopped, with the reason."""

    state = fields.Enum(TrialState, by_value=fields.String, dump_only=True)
    published_at = fields.AwareDateTime(dump_only=True, allow_none=True)
    stopped_at = fields.AwareDateTime(dump_only=True, allow_none=True)
    stop_reason = fields.String(dump_only=True, allow_none=True)


class RatingSchema(Shown):
    """A rating and the version of the table it was read from."""

    value = fields.String(dump_only=True)
    table_version = fields.String(dump_only=True)


class ResultSchema(Shown):
    """A published result."""

    trial = fields.Nested(TrialNameSchema, dump_only=True)
    published_at = fields.AwareDateTime(dump_only=True)
    question_nl = fields.String(attribute="protocol.question_nl", dump_only=True)
    question_en = fields.String(attribute="protocol.question_en", dump_only=True)
    conclusion_nl = fields.String(attribute="report.conclusion_nl", dump_only=True)
    conclusion_en = fields.String(attribute="report.conclusion_en", dump_only=True)
    conditions_nl = fields.String(attribute="report.conditions_nl", dump_only=True)
    conditions_en = fields.String(attribute="report.conditions_en", dump_only=True)
    ratings = fields.Dict(  # months, padlocks and, where recorded, cost
        keys=fields.String(), values=fields.Nested(RatingSchema), dump_only=True
    )
    flow = fields.Dict(dump_only=True)  # counts of schools and pupils, at publication
    data_sha256 = fields.String(attribute="estimate.data_sha256", dump_only=True)
    fingerprints = fields.List(fields.String(), dump_only=True)  # of the sealed draws
    void_draws = fields.Integer(dump_only=True)


class EstimateSchema(Shown):
    """An estimate, unrounded. Keys may be added, never renamed."""

    outcome = fields.String(dump_only=True)
    design = fields.String(dump_only=True)
    version = fields.String(dump_only=True)
    data_sha256 = fields.String(dump_only=True)
    n_pupils = fields.Integer(dump_only=True)
    n_schools = fields.Integer(dump_only=True)
    dropped = fields.Dict(keys=fields.String(), values=fields.Integer(), dump_only=True)
    model = fields.Dict(dump_only=True)
    unconditional = fields.Dict(dump_only=True)
    contrasts = fields.List(fields.Dict(), dump_only=True)
    warnings = fields.List(fields.String(), dump_only=True)
