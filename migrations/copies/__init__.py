"""Copies of the whole database: taken while others write, put back in an empty place only."""

from migrations.copies.postgresql import back_up_postgresql, restore_postgresql
from migrations.copies.sqlite import back_up_sqlite, restore_sqlite

__all__ = ["back_up_postgresql", "back_up_sqlite", "restore_postgresql", "restore_sqlite"]
