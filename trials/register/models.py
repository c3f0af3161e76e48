"""Tables of the school register. Nothing is lost: every edition keeps its own versions."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.database import Base, one_of


class SiteKind(StrEnum):
    """What an identifier identifies."""

    VESTIGING = "vestiging"  # BRIN and two digits, six characters
    LRK = "lrk"  # childcare register
    OTHER = "other"
    DEMONSTRATION = "demonstration"  # invented schools, which no import touches


class Sector(StrEnum):
    """The kinds of school the register knows; (V)SO is one site with both."""

    BO = "bo"
    SBO = "sbo"
    SO = "so"
    VSO = "vso"
    SO_VSO = "so-vso"
    VO = "vo"


class Edition(Base):
    """One import of one published file, and what it changed."""

    __tablename__ = "register_edition"
    __table_args__ = (UniqueConstraint("source", "file_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(64))  # duo-bo, duo-vo, cbs-achterstand, …
    reference_date: Mapped[date]
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))  # of the unpacked file
    rows: Mapped[int]
    opened: Mapped[int] = mapped_column(default=0)  # sites
    changed: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    figures: Mapped[int] = mapped_column(default=0)  # numbers that are new or other than before
    imported_at: Mapped[datetime]
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Board(Base):
    """A competent authority (bevoegd gezag), known by its five-digit number."""

    __tablename__ = "board"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str | None] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))


class Site(Base):
    """A school site under one identifier, through all its versions."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SiteKind] = mapped_column(one_of(SiteKind))
    code: Mapped[str] = mapped_column(String(32))

    versions: Mapped[list["SiteVersion"]] = relationship(
        back_populates="site", order_by="SiteVersion.valid_from"
    )


class SiteVersion(Base):
    """What an edition said of a site, valid from a day until a later edition says otherwise."""

    __tablename__ = "site_version"
    __table_args__ = (
        UniqueConstraint("site_id", "valid_from", "edition_id"),
        Index("ix_site_version_current", "site_id", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("register_edition.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # exclusive; None while current
    name: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(String(500))  # folded name, places and code
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(7), default="")
    town: Mapped[str] = mapped_column(String(100), default="")
    municipality: Mapped[str] = mapped_column(String(100), default="")
    municipality_code: Mapped[str] = mapped_column(String(4), default="")
    province: Mapped[str] = mapped_column(String(30), default="")
    sector: Mapped[Sector] = mapped_column(one_of(Sector))
    structure: Mapped[str] = mapped_column(String(100), default="")  # VBO/MAVO/HAVO/VWO
    denomination: Mapped[str] = mapped_column(String(60), default="")
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"))

    site: Mapped[Site] = relationship(back_populates="versions")
    board: Mapped[Board | None] = relationship()


class SiteFigure(Base):
    """A published number about a site in a year; a masked value keeps its mark.

    A later edition that says otherwise adds a row; the newest edition counts.
    """

    __tablename__ = "site_figure"
    __table_args__ = (UniqueConstraint("site_id", "name", "year", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("register_edition.id"))
    name: Mapped[str] = mapped_column(String(40))  # pupils, disadvantage_score, cet_mean …
    year: Mapped[int]
    value: Mapped[float | None]
    mark: Mapped[str | None] = mapped_column(String(16))


class Merger(Base):
    """A site that went on in another, recorded by hand."""

    __tablename__ = "site_merger"
    __table_args__ = (UniqueConstraint("from_site_id", "merged_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    into_site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    merged_on: Mapped[date]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(500))
