"""Pupils under pseudonyms, instruments, uploads and scores."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "instrument",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label_nl", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "baseline",
                "outcome",
                "covariate",
                name="instrumentrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("primary", sa.Boolean(), nullable=False),
        sa.Column("lowest", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("highest", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("consent", sa.String(length=16), nullable=False),
        sa.CheckConstraint("lowest < highest", name=op.f("ck_instrument_range")),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_instrument_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint(
            "trial_id", "code", "wave", name=op.f("uq_instrument_trial_id_code_wave")
        ),
    )
    op.create_index(op.f("ix_instrument_trial_id"), "instrument", ["trial_id"], unique=False)
    op.create_table(
        "outcome_wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["locked_by"], ["person.id"], name=op.f("fk_outcome_wave_locked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_outcome_wave_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_wave")),
        sa.UniqueConstraint("trial_id", "wave", name=op.f("uq_outcome_wave_trial_id_wave")),
    )
    op.create_index(op.f("ix_outcome_wave_trial_id"), "outcome_wave", ["trial_id"], unique=False)
    op.create_table(
        "pupil",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=16), nullable=False),
        sa.Column("school_number_hmac", sa.String(length=64), nullable=True),
        sa.Column("covariates", sa.JSON(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(erased_at IS NULL) OR (school_number_hmac IS NULL)", name=op.f("ck_pupil_erased")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_pupil_signup_id_signup")
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_pupil_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil")),
        sa.UniqueConstraint(
            "signup_id", "school_number_hmac", name=op.f("uq_pupil_signup_id_school_number_hmac")
        ),
        sa.UniqueConstraint("trial_id", "pseudonym", name=op.f("uq_pupil_trial_id_pseudonym")),
    )
    op.create_index(op.f("ix_pupil_signup_id"), "pupil", ["signup_id"], unique=False)
    op.create_index(op.f("ix_pupil_trial_id"), "pupil", ["trial_id"], unique=False)
    op.create_table(
        "pupil_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum(
                "draw",
                "delivery",
                "test",
                name="classmoment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_pupil_count_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil_count")),
        sa.UniqueConstraint(
            "signup_id", "moment", "wave", name=op.f("uq_pupil_count_signup_id_moment_wave")
        ),
    )
    op.create_index(op.f("ix_pupil_count_signup_id"), "pupil_count", ["signup_id"], unique=False)
    op.create_table(
        "school_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_school_class_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_class")),
        sa.UniqueConstraint("signup_id", "name", name=op.f("uq_school_class_signup_id_name")),
    )
    op.create_index(op.f("ix_school_class_signup_id"), "school_class", ["signup_id"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "pupils",
                "baseline",
                "outcome",
                name="uploadkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_upload_signup_id_signup")
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_upload_trial_id_trial")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["person.id"], name=op.f("fk_upload_uploaded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_signup_id"), "upload", ["signup_id"], unique=False)
    op.create_index(op.f("ix_upload_trial_id"), "upload", ["trial_id"], unique=False)
    op.create_table(
        "upload_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("intent", sa.JSON(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("checked_by", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["person.id"], name=op.f("fk_upload_draft_checked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_upload_draft_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_draft")),
    )
    op.create_index(op.f("ix_upload_draft_signup_id"), "upload_draft", ["signup_id"], unique=False)
    op.create_table(
        "measurement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column(
            "blinding",
            sa.Enum(
                "blind",
                "partly",
                "not_blind",
                name="blinding",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"],
            ["instrument.id"],
            name=op.f("fk_measurement_instrument_id_instrument"),
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_measurement_pupil_id_pupil")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_measurement_upload_id_upload")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
        sa.UniqueConstraint(
            "pupil_id",
            "instrument_id",
            "version",
            name=op.f("uq_measurement_pupil_id_instrument_id_version"),
        ),
    )
    op.create_index("ix_measurement_instrument", "measurement", ["instrument_id"], unique=False)
    op.create_index(op.f("ix_measurement_pupil_id"), "measurement", ["pupil_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=True),
        sa.Column("instrument_code", sa.String(length=40), nullable=False),
        sa.Column("number_of_pupils", sa.Integer(), nullable=False),
        sa.Column("number_hmac", sa.String(length=64), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_objection_pupil_id_pupil")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_objection_recorded_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_objection_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_signup_id"), "objection", ["signup_id"], unique=False)
    op.create_table(
        "pupil_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum(
                "draw",
                "delivery",
                "test",
                name="classmoment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_pupil_class_class_id_school_class")
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_pupil_class_pupil_id_pupil")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil_class")),
        sa.UniqueConstraint(
            "pupil_id", "moment", "wave", name=op.f("uq_pupil_class_pupil_id_moment_wave")
        ),
    )
    op.create_index(op.f("ix_pupil_class_class_id"), "pupil_class", ["class_id"], unique=False)
    op.create_index(op.f("ix_pupil_class_pupil_id"), "pupil_class", ["pupil_id"], unique=False)


def downgrade() -> None:
    op.drop_table("pupil_class")
    op.drop_table("objection")
    op.drop_table("measurement")
    op.drop_table("upload_draft")
    op.drop_table("upload")
    op.drop_table("school_class")
    op.drop_table("pupil_count")
    op.drop_table("pupil")
    op.drop_table("outcome_wave")
    op.drop_table("instrument")
