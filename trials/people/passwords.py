"""Passwords: argon2id, at least twelve characters, no rules of composition, common ones refused."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()  # argon2id by RFC 9106's second choice: 64 MiB, 3 passes
NOBODY = (  # the hash of a random password that was thrown away
    "$argon2id$v=19$m=65536,t=3,p=4$8apfAnBUM6sSZM428JTzcw"
    "$BOZKdyxTrSf+ztudA8e8Qke8pEx1ouir4LIHbz2MtC8"
)


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def password_fits(password: str, kept: str | None) -> bool:
    """Check a password; takes as long where none is kept, so that nobody can tell the two apart."""
    try:
        return HASHER.verify(kept or NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
