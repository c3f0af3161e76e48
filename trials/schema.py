"""Every table of Loting, gathered for migrations and tests."""

from trials.database import Base

metadata = Base.metadata

__all__ = ["metadata"]
