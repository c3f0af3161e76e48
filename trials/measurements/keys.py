"""The keys that tie a school's pupil numbers to pseudonyms, kept apart from all analysis data."""

import base64
import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from trials.errors import NotReady

KEY_BYTES = 32


class PupilKeys(ABC):
    """Where the key of each trial is kept."""

    @abstractmethod
    def key(self, trial_id: int) -> bytes:
        """Return the trial's key, made at its first use. Raises ``NotReady`` once destroyed."""


@dataclass(frozen=True, slots=True)
class KeyFolder(PupilKeys):
    """One file per trial, readable by the owner only; never inside the database or its copies."""

    folder: Path

    def key(self, trial_id: int) -> bytes:
        path = self.folder / f"trial-{trial_id}.key"
        if self._tombstone(trial_id).exists():
            raise NotReady("the pupil key of this trial has been destroyed, as its protocol says")
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return made_once(path)

    def destroy(self, trial_id: int) -> None:
        """Destroy the key for good; from then on nobody can tell which pupil was which."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._tombstone(trial_id).touch(mode=0o600)
        (self.folder / f"trial-{trial_id}.key").unlink(missing_ok=True)

    def _tombstone(self, trial_id: int) -> Path:
        return self.folder / f"trial-{trial_id}.destroyed"


@dataclass(frozen=True, slots=True)
class DerivedKeys(PupilKeys):
    """Keys that follow from one secret: for a demonstration, which must repeat itself."""

    secret: bytes

    def key(self, trial_id: int) -> bytes:
        return hmac.digest(self.secret, f"pupil-key/1\n{trial_id}".encode(), "sha256")


def made_once(path: Path) -> bytes:
    """Write a fresh key to a file and return it; of two that do so at once, one wins for both."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_bytes()


def number_hmac(key: bytes, signup_id: int, number: str) -> str:
    """Return the keyed hash by which a pupil of a school is found again, 64 hex digits."""
    message = f"pupil-number/1\n{signup_id}\n{plain_number(number)}"
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def pseudonym(key: bytes, signup_id: int, number: str) -> str:
    """Return the pupil's name in datasets: 12 letters and digits that mean nothing."""
    message = f"pupil-pseudonym/1\n{signup_id}\n{plain_number(number)}"
    digest = hmac.digest(key, message.encode(), "sha256")
    return base64.b32encode(digest)[:12].decode().lower()


def plain_number(number: str) -> str:
    """Return a pupil number as it is compared: a spreadsheet may have eaten leading zeros."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", number)).strip().casefold()
    return (text.lstrip("0") or "0") if text.isdigit() else text
