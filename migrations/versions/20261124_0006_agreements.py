"""Protocols and analysis plans, with reviews and signatures."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "protocol",
                "analysis_plan",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "signing",
                "locked",
                "superseded",
                name="documentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "moment",
            sa.Enum(
                "before_draw",
                "before_outcomes",
                "before_true_arms",
                "after",
                name="moment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(state = 'locked') = (locked_at IS NOT NULL)", name=op.f("ck_document_locked_at")
        ),
        sa.CheckConstraint(
            "(locked_at IS NULL) = (moment IS NULL)", name=op.f("ck_document_moment_when_locked")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["person.id"], name=op.f("fk_document_drafted_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_document_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "trial_id", "kind", "version", name=op.f("uq_document_trial_id_kind_version")
        ),
    )
    op.create_index(op.f("ix_document_trial_id"), "document", ["trial_id"], unique=False)
    op.create_table(
        "document_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column(
            "party",
            sa.Enum(
                "council",
                "evaluator",
                "provider",
                name="party",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_document_signature_document_id_document"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_document_signature_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_signature")),
        sa.UniqueConstraint(
            "document_id", "party", name=op.f("uq_document_signature_document_id_party")
        ),
    )
    op.create_index(
        op.f("ix_document_signature_document_id"),
        "document_signature",
        ["document_id"],
        unique=False,
    )
    op.create_table(
        "validity_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("remarks", sa.String(length=4000), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_validity_review_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["person.id"], name=op.f("fk_validity_review_reviewer_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validity_review")),
    )
    op.create_index(
        op.f("ix_validity_review_document_id"), "validity_review", ["document_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("validity_review")
    op.drop_table("document_signature")
    op.drop_table("document")
