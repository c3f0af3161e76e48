"""Draws: parties, frozen units, seals and receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "roster",
                "arrivals",
                name="drawkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("beacon", sa.String(length=40), nullable=False),
        sa.Column("beacon_rounds", sa.Integer(), nullable=False),
        sa.Column("live_key", sa.String(length=40), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "frozen",
                "committed",
                "sealed",
                "drawn",
                "void",
                name="drawstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("frozen_record", sa.JSON(), nullable=False),
        sa.Column("sealed_record", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("frozen_by", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reveal_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_by", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(state = 'drawn') = (receipt IS NOT NULL)", name=op.f("ck_draw_receipt")
        ),
        sa.CheckConstraint(
            "(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_draw_void_reason")
        ),
        sa.CheckConstraint(
            "state NOT IN ('sealed', 'drawn') OR sealed_at IS NOT NULL",
            name=op.f("ck_draw_sealed_at"),
        ),
        sa.ForeignKeyConstraint(["drawn_by"], ["person.id"], name=op.f("fk_draw_drawn_by_person")),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["person.id"], name=op.f("fk_draw_frozen_by_person")
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_draw_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("live_key", name=op.f("uq_draw_live_key")),
        sa.UniqueConstraint("trial_id", "number", name=op.f("uq_draw_trial_id_number")),
    )
    op.create_index(op.f("ix_draw_trial_id"), "draw", ["trial_id"], unique=False)
    op.create_table(
        "accepted_risk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "board",
                "address",
                "coordinator",
                "stratum",
                name="riskkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("stratum_label", sa.String(length=200), nullable=True),
        sa.Column("signups", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_accepted_risk_draw_id_draw")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_risk")),
    )
    op.create_index(op.f("ix_accepted_risk_draw_id"), "accepted_risk", ["draw_id"], unique=False)
    op.create_table(
        "draw_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_mark_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["person.id"], name=op.f("fk_draw_mark_marked_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_mark")),
    )
    op.create_index(op.f("ix_draw_mark_draw_id"), "draw_mark", ["draw_id"], unique=False)
    op.create_table(
        "draw_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=True),
        sa.Column("committed_by", sa.Integer(), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nonce", sa.String(length=128), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["committed_by"], ["person.id"], name=op.f("fk_draw_party_committed_by_person")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_party_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["revealed_by"], ["person.id"], name=op.f("fk_draw_party_revealed_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_party")),
        sa.UniqueConstraint("draw_id", "name", name=op.f("uq_draw_party_draw_id_name")),
        sa.UniqueConstraint("draw_id", "position", name=op.f("uq_draw_party_draw_id_position")),
    )
    op.create_index(op.f("ix_draw_party_draw_id"), "draw_party", ["draw_id"], unique=False)
    op.create_table(
        "draw_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("stratum", sa.String(length=200), nullable=False),
        sa.Column("stratum_label", sa.String(length=200), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("pupil_id", sa.Integer(), nullable=True),
        sa.Column("arm", sa.String(length=60), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_draw_unit_class_id_school_class")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_unit_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_draw_unit_pupil_id_pupil")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_draw_unit_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_unit")),
        sa.UniqueConstraint("draw_id", "target", name=op.f("uq_draw_unit_draw_id_target")),
    )
    op.create_index(op.f("ix_draw_unit_draw_id"), "draw_unit", ["draw_id"], unique=False)
    op.create_index(op.f("ix_draw_unit_signup_id"), "draw_unit", ["signup_id"], unique=False)
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("assigned_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["person.id"], name=op.f("fk_arrival_assigned_by_person")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_arrival_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["draw_unit.id"], name=op.f("fk_arrival_unit_id_draw_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_arrival_draw_id_number")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_arrival_unit_id")),
    )
    op.create_index(op.f("ix_arrival_draw_id"), "arrival", ["draw_id"], unique=False)
    op.create_table(
        "standing_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["person.id"], name=op.f("fk_standing_rule_approved_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name=op.f("fk_standing_rule_proposed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_standing_rule_trial_id_trial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_rule")),
    )
    op.create_index(op.f("ix_standing_rule_trial_id"), "standing_rule", ["trial_id"], unique=False)


def downgrade() -> None:
    op.drop_table("standing_rule")
    op.drop_table("arrival")
    op.drop_table("draw_unit")
    op.drop_table("draw_party")
    op.drop_table("draw_mark")
    op.drop_table("accepted_risk")
    op.drop_table("draw")
