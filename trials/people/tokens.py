"""Personal tokens for the API: what they open, and whom one belongs to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.people.actors import actor_for
from trials.people.keys import fingerprint
from trials.people.models import ApiToken, Person
from trials.permissions import Actor


class TokenScope(StrEnum):
    """What a token may be used for; never more than its owner may."""

    SIGNUPS_READ = "signups:read"
    RELEASES_READ = "releases:read"


@dataclass(frozen=True, slots=True)
class TokenVisitor:
    """Who makes an API request, and for what the token was made."""

    person: Person
    actor: Actor
    scopes: frozenset[TokenScope]
    token_id: int
    used_at: datetime | None  # as far as it was noted


def token_visitor(session: Session, token: str, now: datetime) -> TokenVisitor | None:
    """Return whom an API token belongs to; None once it is over, ended or unknown."""
    found = session.execute(
        select(ApiToken, Person)
        .join(Person, Person.id == ApiToken.person_id)
        .where(
            ApiToken.token_sha256 == fingerprint(token),
            ApiToken.ended_at.is_(None),
            ApiToken.expires_at > now,
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    row, person = found
    scopes = frozenset(TokenScope(name) for name in row.scopes.split())
    return TokenVisitor(person, actor_for(session, person.id, now), scopes, row.id, row.used_at)
