"""Delivery: fidelity, dose, events and costs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "cost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "start_up",
                "recurring",
                name="costkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("euro", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("staff_hours", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("logged_by", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(corrects_id IS NULL) = (reason = '')", name=op.f("ck_cost_correction_has_reason")
        ),
        sa.CheckConstraint("euro >= 0 AND staff_hours >= 0", name=op.f("ck_cost_not_negative")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["cost.id"], name=op.f("fk_cost_corrects_id_cost")
        ),
        sa.ForeignKeyConstraint(
            ["logged_by"], ["person.id"], name=op.f("fk_cost_logged_by_person")
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_cost_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_cost_corrects_id")),
    )
    op.create_index(op.f("ix_cost_trial_id"), "cost", ["trial_id"], unique=False)
    op.create_table(
        "delivery_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "contamination",
                "concurrent_intervention",
                "disruption",
                "staff_change",
                "usual_practice",
                "withdrawal_of_delivery",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("logged_by", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(corrects_id IS NULL) = (reason = '')",
            name=op.f("ck_delivery_event_correction_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["delivery_event.id"],
            name=op.f("fk_delivery_event_corrects_id_delivery_event"),
        ),
        sa.ForeignKeyConstraint(
            ["logged_by"], ["person.id"], name=op.f("fk_delivery_event_logged_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_delivery_event_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_event")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_delivery_event_corrects_id")),
    )
    op.create_index(
        op.f("ix_delivery_event_signup_id"), "delivery_event", ["signup_id"], unique=False
    )
    op.create_table(
        "fidelity_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("component", sa.String(length=80), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("logged_by", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "version = 1 OR reason <> ''", name=op.f("ck_fidelity_check_correction_has_reason")
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_fidelity_check_score_percent")),
        sa.ForeignKeyConstraint(
            ["logged_by"], ["person.id"], name=op.f("fk_fidelity_check_logged_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_fidelity_check_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fidelity_check")),
        sa.UniqueConstraint(
            "signup_id",
            "component",
            "checked_on",
            "version",
            name=op.f("uq_fidelity_check_signup_id_component_checked_on_version"),
        ),
    )
    op.create_index(
        op.f("ix_fidelity_check_signup_id"), "fidelity_check", ["signup_id"], unique=False
    )
    op.create_table(
        "dose",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("pupil_id", sa.Integer(), nullable=True),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("logged_by", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "version = 1 OR reason <> ''", name=op.f("ck_dose_correction_has_reason")
        ),
        sa.CheckConstraint("sessions >= 0", name=op.f("ck_dose_sessions")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_dose_class_id_school_class")
        ),
        sa.ForeignKeyConstraint(
            ["logged_by"], ["person.id"], name=op.f("fk_dose_logged_by_person")
        ),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_dose_pupil_id_pupil")),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_dose_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose")),
        sa.UniqueConstraint(
            "signup_id",
            "target",
            "week",
            "version",
            name=op.f("uq_dose_signup_id_target_week_version"),
        ),
    )
    op.create_index(op.f("ix_dose_signup_id"), "dose", ["signup_id"], unique=False)


def downgrade() -> None:
    op.drop_table("dose")
    op.drop_table("fidelity_check")
    op.drop_table("delivery_event")
    op.drop_table("cost")
