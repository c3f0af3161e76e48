"""What follows from the secret key: tokens, codes and TOTP secrets the database does not hold."""

import base64
import hashlib
import hmac
import secrets


def derive(secret_key: str, purpose: str, *parts: object) -> bytes:
    """Return 32 bytes that only the holder of the key can make, apart for every purpose.

    Raises ``ValueError`` for a key under 16 characters: it would be no secret.
    """
    if len(secret_key) < 16:
        raise ValueError("the secret key needs at least 16 characters")
    text = "\x1f".join([purpose, *map(str, parts)])
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).digest()


def derive_token(secret_key: str, purpose: str, *parts: object) -> str:
    """Return the derived bytes as 43 characters that may stand in an address."""
    return base64.urlsafe_b64encode(derive(secret_key, purpose, *parts)).decode().rstrip("=")


def derive_digits(secret_key: str, purpose: str, *parts: object, length: int = 6) -> str:
    """Return a code of ``length`` digits for a person to type over."""
    number = int.from_bytes(derive(secret_key, purpose, *parts)[:8], "big")
    return str(number % 10**length).zfill(length)


def new_token() -> str:
    """Return 256 random bits as 43 characters."""
    return secrets.token_urlsafe(32)


def fingerprint(*parts: object) -> str:
    """Return the SHA-256 under which a token or key is kept, 64 hexadecimal digits."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare without telling by the time taken where the two differ."""
    return hmac.compare_digest(one.encode(), other.encode())
