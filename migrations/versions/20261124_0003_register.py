"""The school register: sites, boards and figures, edition by edition."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "vestiging",
                "lrk",
                "other",
                "demonstration",
                name="sitekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_site_kind_code")),
    )
    op.create_table(
        "board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_board_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("number", name=op.f("uq_board_number")),
    )
    op.create_table(
        "register_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["person.id"], name=op.f("fk_register_edition_imported_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_edition")),
        sa.UniqueConstraint(
            "source", "file_sha256", name=op.f("uq_register_edition_source_file_sha256")
        ),
    )
    op.create_table(
        "site_merger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_site_id", sa.Integer(), nullable=False),
        sa.Column("into_site_id", sa.Integer(), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_site_id"], ["site.id"], name=op.f("fk_site_merger_from_site_id_site")
        ),
        sa.ForeignKeyConstraint(
            ["into_site_id"], ["site.id"], name=op.f("fk_site_merger_into_site_id_site")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_site_merger_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_merger")),
        sa.UniqueConstraint(
            "from_site_id", "merged_on", name=op.f("uq_site_merger_from_site_id_merged_on")
        ),
    )
    op.create_table(
        "site_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("mark", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["register_edition.id"],
            name=op.f("fk_site_figure_edition_id_register_edition"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_figure_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_figure")),
        sa.UniqueConstraint(
            "site_id",
            "name",
            "year",
            "edition_id",
            name=op.f("uq_site_figure_site_id_name_year_edition_id"),
        ),
    )
    op.create_index(op.f("ix_site_figure_site_id"), "site_figure", ["site_id"], unique=False)
    op.create_table(
        "site_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.String(length=500), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=7), nullable=False),
        sa.Column("town", sa.String(length=100), nullable=False),
        sa.Column("municipality", sa.String(length=100), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("province", sa.String(length=30), nullable=False),
        sa.Column(
            "sector",
            sa.Enum(
                "bo",
                "sbo",
                "so",
                "vso",
                "so-vso",
                "vo",
                name="sector",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("structure", sa.String(length=100), nullable=False),
        sa.Column("denomination", sa.String(length=60), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_site_version_board_id_board")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["register_edition.id"],
            name=op.f("fk_site_version_edition_id_register_edition"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_site_version_site_id_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_version")),
        sa.UniqueConstraint(
            "site_id",
            "valid_from",
            "edition_id",
            name=op.f("uq_site_version_site_id_valid_from_edition_id"),
        ),
    )
    op.create_index(
        "ix_site_version_current", "site_version", ["site_id", "valid_until"], unique=False
    )


def downgrade() -> None:
    op.drop_table("site_version")
    op.drop_table("site_figure")
    op.drop_table("site_merger")
    op.drop_table("register_edition")
    op.drop_table("board")
    op.drop_table("site")
