"""Datasets, masked first, and the analysis code that opens true arms."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "analysis_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("lodged_by", sa.Integer(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lodged_by"], ["person.id"], name=op.f("fk_analysis_code_lodged_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_analysis_code_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_code")),
        sa.UniqueConstraint("trial_id", "sha256", name=op.f("uq_analysis_code_trial_id_sha256")),
    )
    op.create_index(op.f("ix_analysis_code_trial_id"), "analysis_code", ["trial_id"], unique=False)
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("csv", sa.LargeBinary(), nullable=False),
        sa.Column("csv_sha256", sa.String(length=64), nullable=False),
        sa.Column("codebook", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_release_made_by_person")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_release_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("trial_id", "version", name=op.f("uq_release_trial_id_version")),
    )
    op.create_index(op.f("ix_release_trial_id"), "release", ["trial_id"], unique=False)
    op.create_table(
        "release_download",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_release_download_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_download_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_download")),
    )
    op.create_index(
        op.f("ix_release_download_release_id"), "release_download", ["release_id"], unique=False
    )
    op.create_table(
        "release_erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("old_sha256", sa.String(length=64), nullable=False),
        sa.Column("new_sha256", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_erasure_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_erasure")),
    )
    op.create_index(
        op.f("ix_release_erasure_release_id"), "release_erasure", ["release_id"], unique=False
    )
    op.create_table(
        "evaluator_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["person.id"], name=op.f("fk_evaluator_file_registered_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_evaluator_file_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluator_file")),
        sa.UniqueConstraint(
            "trial_id", "version", name=op.f("uq_evaluator_file_trial_id_version")
        ),
    )
    op.create_index(
        op.f("ix_evaluator_file_trial_id"), "evaluator_file", ["trial_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("evaluator_file")
    op.drop_table("release_erasure")
    op.drop_table("release_download")
    op.drop_table("release")
    op.drop_table("analysis_code")
