"""A site as the register has it now, for a sign-up."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trials.errors import NotFound
from trials.register.models import SiteVersion


def site_now(session: Session, site_id: int, now: datetime) -> SiteVersion:
    """Return the site's version of today. Raises ``NotFound`` when the register has none."""
    today = now.date()
    version = session.scalar(
        select(SiteVersion)
        .where(
            SiteVersion.site_id == site_id,
            SiteVersion.valid_from <= today,
            or_(SiteVersion.valid_until.is_(None), SiteVersion.valid_until > today),
        )
        .order_by(SiteVersion.valid_from.desc(), SiteVersion.id.desc())
        .limit(1)
    )
    if version is None:
        raise NotFound("this school is not in the register, or has closed")
    return version
