"""The catalogue of interventions, its trials and their evaluators."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "intervention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("title_nl", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("summary_nl", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("group", sa.String(length=1), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_intervention_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["organisation.id"],
            name=op.f("fk_intervention_provider_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
        sa.UniqueConstraint("application_id", name=op.f("uq_intervention_application_id")),
    )
    op.create_table(
        "trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title_nl", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "awarded",
                "designing",
                "recruiting",
                "sealed",
                "delivering",
                "measured",
                "released",
                "reported",
                "published",
                "stopped",
                name="trialstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("intervention_id", sa.Integer(), nullable=False),
        sa.Column("evaluator_id", sa.Integer(), nullable=True),
        sa.Column(
            "pupils_live_at",
            sa.Enum(
                "here",
                "evaluator",
                name="pupilsliveat",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcomes_locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("true_arms_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.String(length=40), nullable=True),
        sa.Column("stop_explanation", sa.String(length=2000), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_trial_published_at")
        ),
        sa.CheckConstraint(
            "(state = 'stopped') = (stopped_at IS NOT NULL)", name=op.f("ck_trial_stopped_at")
        ),
        sa.CheckConstraint(
            "(stop_reason IS NULL) = (stopped_at IS NULL)", name=op.f("ck_trial_stop_reason")
        ),
        sa.ForeignKeyConstraint(
            ["evaluator_id"], ["organisation.id"], name=op.f("fk_trial_evaluator_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["intervention_id"],
            ["intervention.id"],
            name=op.f("fk_trial_intervention_id_intervention"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("slug", name=op.f("uq_trial_slug")),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("independence", sa.String(length=2000), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_appointment_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_appointment_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_appointment_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("trial_id", name=op.f("uq_appointment_trial_id")),
    )
    with op.batch_alter_table("call") as table:  # each points at the other
        table.create_foreign_key(op.f("fk_call_trial_id_trial"), "trial", ["trial_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("call") as table:
        table.drop_constraint(op.f("fk_call_trial_id_trial"), type_="foreignkey")
    op.drop_table("appointment")
    op.drop_table("trial")
    op.drop_table("intervention")
