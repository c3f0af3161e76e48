"""The secrets the server keeps itself: of arrivals, until their enrolment closes.

Whoever had one could foresee the arm of every later arrival, so it is in no table, log or job.
"""

import hmac
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from randomisation import Party, Refusal, commitment
from trials.draws.models import Draw
from trials.errors import NotReady
from trials.measurements.keys import made_once

SERVER = "loting"  # how a sealed record names the server as a party


class ServerSecrets(ABC):
    """Where the nonce of each enrolment is kept, 64 hexadecimal digits."""

    @abstractmethod
    def make(self, draw_id: int) -> str:
        """Make the nonce of a new enrolment, keep it, and return it."""

    @abstractmethod
    def nonce(self, draw_id: int, committed: str) -> str | None:
        """Return the nonce behind a commitment; None when it is not here."""


@dataclass(frozen=True, slots=True)
class SecretFolder(ServerSecrets):
    """One file per nonce, beside the pupil keys: never inside the database or its copies.

    Named after the commitment, so that a number used again after a restore finds no old nonce.
    """

    folder: Path

    def make(self, draw_id: int) -> str:
        fresh = self.folder / f"arrivals-{draw_id}.{token_hex(8)}"
        nonce = made_once(fresh).hex()
        fresh.rename(self._path(commitment_of(nonce)))
        return nonce

    def nonce(self, draw_id: int, committed: str) -> str | None:
        path = self._path(committed)
        return path.read_bytes().hex() if path.exists() else None

    def _path(self, committed: str) -> Path:
        return self.folder / f"arrivals-{committed}.key"


@dataclass(frozen=True, slots=True)
class DerivedSecrets(ServerSecrets):
    """Nonces that follow from one secret: for a demonstration, which must repeat itself."""

    secret: bytes

    def make(self, draw_id: int) -> str:
        return hmac.digest(self.secret, f"arrivals/1\n{draw_id}".encode(), "sha256").hex()

    def nonce(self, draw_id: int, committed: str) -> str | None:
        return self.make(draw_id)


def commitment_of(nonce: str) -> str:
    """Return what the sealed record holds of the server's nonce."""
    return commitment(SERVER, nonce)


def nonce_of(draw: Draw, secrets: ServerSecrets) -> str:
    """Return the nonce of an enrolment; raises ``NotReady`` when it is not the committed one."""
    (party,) = draw.parties
    try:
        nonce = secrets.nonce(draw.id, str(party.commitment))
        return Party(SERVER, party.commitment).check(nonce or "")
    except Refusal as refusal:
        raise NotReady(
            "the secret of these arrivals is not on this server; "
            "put back the copy that was made of its keys"
        ) from refusal
