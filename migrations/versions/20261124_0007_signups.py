"""The call for schools: approaches, sign-ups, signatures and councils."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "approach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "mail",
                "phone",
                "visit",
                "event",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "answer",
            sa.Enum(
                "none_yet",
                "interested",
                "declined",
                "ineligible",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("approached_by", sa.Integer(), nullable=False),
        sa.Column("approached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["approached_by"], ["person.id"], name=op.f("fk_approach_approached_by_person")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_approach_site_id_site")),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_approach_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approach")),
    )
    op.create_index(op.f("ix_approach_trial_id"), "approach", ["trial_id"], unique=False)
    op.create_table(
        "school_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.Date(), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("grades", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("compensation_euro", sa.Integer(), nullable=False),
        sa.Column("control_gets_nl", sa.Text(), nullable=False),
        sa.Column("control_gets_en", sa.Text(), nullable=False),
        sa.Column("council_right", sa.String(length=16), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_school_call_dates_in_order")),
        sa.CheckConstraint("places > 0", name=op.f("ck_school_call_places")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["person.id"], name=op.f("fk_school_call_opened_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_school_call_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_call")),
        sa.UniqueConstraint("trial_id", name=op.f("uq_school_call_trial_id")),
    )
    op.create_table(
        "signup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=True),
        sa.Column("school_name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "interested",
                "submitted",
                "signed",
                "complete",
                "waiting",
                "withdrawn",
                "ineligible",
                name="signupstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("coordinator_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("tests", sa.String(length=200), nullable=False),
        sa.Column("other_interventions", sa.JSON(), nullable=False),
        sa.Column("both_arms_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=True),
        sa.Column("parents_informed_on", sa.Date(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_signup_withdrawn_at"),
        ),
        sa.CheckConstraint(
            "state <> 'waiting' OR waiting_since IS NOT NULL", name=op.f("ck_signup_waiting_since")
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'signed', 'complete') OR (submitted_at IS NOT NULL AND both_arms_accepted_at IS NOT NULL)",
            name=op.f("ck_signup_submitted_at"),
        ),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_signup_board_id_board")),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["person.id"], name=op.f("fk_signup_coordinator_id_person")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_signup_site_id_site")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_signup_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup")),
        sa.UniqueConstraint("trial_id", "site_id", name=op.f("uq_signup_trial_id_site_id")),
    )
    op.create_index(op.f("ix_signup_trial_id"), "signup", ["trial_id"], unique=False)
    op.create_table(
        "board_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("shown_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_board_signature_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_board_signature_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_signature")),
        sa.UniqueConstraint(
            "signup_id", "shown_sha256", name=op.f("uq_board_signature_signup_id_shown_sha256")
        ),
    )
    op.create_index(
        op.f("ix_board_signature_signup_id"), "board_signature", ["signup_id"], unique=False
    )
    op.create_table(
        "council_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "consents",
                "advises",
                "informed",
                "refuses",
                name="councilanswer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_council_decision_recorded_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_council_decision_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_decision")),
    )
    op.create_index(
        op.f("ix_council_decision_signup_id"), "council_decision", ["signup_id"], unique=False
    )
    op.create_table(
        "signup_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=False),
        sa.Column("classes", sa.Integer(), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.CheckConstraint("classes > 0 AND pupils > 0", name=op.f("ck_signup_group_positive")),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_signup_group_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup_group")),
        sa.UniqueConstraint("signup_id", "grade", name=op.f("uq_signup_group_signup_id_grade")),
    )
    op.create_index(op.f("ix_signup_group_signup_id"), "signup_group", ["signup_id"], unique=False)


def downgrade() -> None:
    op.drop_table("signup_group")
    op.drop_table("council_decision")
    op.drop_table("board_signature")
    op.drop_table("signup")
    op.drop_table("school_call")
    op.drop_table("approach")
