"""Passwords: argon2id, at least twelve characters, no rules of composition, common ones refused."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trials.errors import BadInput
from trials.people.models import Person

HASHER = PasswordHasher()  # argon2id by RFC 9106's second choice: 64 MiB, 3 passes
NOBODY = (  # the hash of a random password that was thrown away
    "$argon2id$v=19$m=65536,t=3,p=4$8apfAnBUM6sSZM428JTzcw"
    "$BOZKdyxTrSf+ztudA8e8Qke8pEx1ouir4LIHbz2MtC8"
)
SHORTEST, LONGEST = 12, 200  # characters
FEWEST_GUESSES = 8.5  # ten to this power, as zxcvbn estimates them
CLOSE_TO_HAND = ("loting", "welkom", "wachtwoord", "geheim", "school", "onderwijs", "nro", "nko")


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def password_fits(password: str, kept: str | None) -> bool:
    """Check a password; takes as long where none is kept, so that nobody can tell the two apart."""
    try:
        return HASHER.verify(kept or NOBODY, password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def check_password(password: str, person: Person) -> None:
    """Refuse a new password that is too short or among the first that anyone would try.

    Common is what zxcvbn (Wheeler 2016, USENIX Security) expects to be guessed in fewer than
    10^8.5 attempts, knowing the person's name and address. Raises ``BadInput``.
    """
    from zxcvbn import zxcvbn  # its word lists take memory that few processes need

    if len(password) < SHORTEST:
        raise BadInput(
            "a password has at least {shortest} characters; a short sentence works well",
            shortest=SHORTEST,
            field="password",
        )
    if len(password) > LONGEST:
        raise BadInput(
            "a password has at most {longest} characters", longest=LONGEST, field="password"
        )
    known = [*CLOSE_TO_HAND, *person.name.split(), *person.email.replace("@", ".").split(".")]
    if zxcvbn(password[:72], user_inputs=known)["guesses_log10"] < FEWEST_GUESSES:
        raise BadInput(
            "this password is easy to guess; take a few words that have nothing to do with you",
            field="password",
        )
