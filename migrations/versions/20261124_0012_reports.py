"""Estimates, reports and their reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "lodged_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("arm", sa.String(length=60), nullable=False),
        sa.Column("estimate", sa.Double(), nullable=False),
        sa.Column("std_error", sa.Double(), nullable=False),
        sa.Column("df", sa.Double(), nullable=True),
        sa.Column("n_pupils", sa.Integer(), nullable=False),
        sa.Column("software", sa.String(length=200), nullable=False),
        sa.Column("script_sha256", sa.String(length=64), nullable=False),
        sa.Column("lodged_by", sa.Integer(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lodged_by"], ["person.id"], name=op.f("fk_lodged_result_lodged_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_lodged_result_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lodged_result")),
    )
    op.create_index(op.f("ix_lodged_result_trial_id"), "lodged_result", ["trial_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "final",
                "superseded",
                "recalled",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("conclusion_nl", sa.Text(), nullable=False),
        sa.Column("conclusion_en", sa.Text(), nullable=False),
        sa.Column("conditions_nl", sa.Text(), nullable=False),
        sa.Column("conditions_en", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_because", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'recalled') = (recalled_because <> '')", name=op.f("ck_report_recalled_why")
        ),
        sa.CheckConstraint(
            "(state = 'recalled') = (recalled_at IS NOT NULL)", name=op.f("ck_report_recalled_at")
        ),
        sa.CheckConstraint(
            "state = 'recalled' OR (state = 'final') = (final_at IS NOT NULL)",
            name=op.f("ck_report_final_at"),
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_report_trial_id_trial")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_report_written_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("trial_id", "version", name=op.f("uq_report_trial_id_version")),
    )
    op.create_index(op.f("ix_report_trial_id"), "report", ["trial_id"], unique=False)
    op.create_table(
        "estimation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("exploratory", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("analyses", sa.JSON(), nullable=False),
        sa.Column("refusals", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "exploratory = (reason <> '')", name=op.f("ck_estimation_exploratory_why")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_estimation_asked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["document.id"], name=op.f("fk_estimation_plan_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_estimation_release_id_release")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_estimation_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimation")),
    )
    op.create_index(op.f("ix_estimation_trial_id"), "estimation", ["trial_id"], unique=False)
    op.create_table(
        "estimate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("estimation_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column(
            "part",
            sa.Enum(
                "primary",
                "secondary",
                "subgroup",
                "compliance",
                "permutation",
                "family",
                "missing",
                "balance",
                "robustness",
                "exploratory",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "label",
            sa.Enum(
                "planned",
                "approved_change",
                "exploratory",
                name="estimatelabel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("specification", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["estimation_id"], ["estimation.id"], name=op.f("fk_estimate_estimation_id_estimation")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_estimate_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["document.id"], name=op.f("fk_estimate_plan_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_estimate_release_id_release")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_estimate_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimate")),
        sa.UniqueConstraint("trial_id", "number", name=op.f("uq_estimate_trial_id_number")),
        sa.UniqueConstraint(
            "estimation_id", "place", name=op.f("uq_estimate_estimation_id_place")
        ),
    )
    op.create_index(op.f("ix_estimate_trial_id"), "estimate", ["trial_id"], unique=False)
    op.create_table(
        "report_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_review_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["person.id"], name=op.f("fk_report_review_reviewer_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_review")),
        sa.UniqueConstraint(
            "report_id", "reviewer_id", name=op.f("uq_report_review_report_id_reviewer_id")
        ),
    )
    op.create_index(
        op.f("ix_report_review_report_id"), "report_review", ["report_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("report_review")
    op.drop_table("estimate")
    op.drop_table("estimation")
    op.drop_table("report")
    op.drop_table("lodged_result")
