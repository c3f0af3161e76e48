"""Every setting, read in one place from the environment."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env

DEMONSTRATION_SECRET = "loting-demonstration-secret-not-for-real-use"


class SettingsError(Exception):
    """A setting is missing or may not be used here; the sentence says how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between deployments. Names and senders are settings, never code."""

    database_url: str = "sqlite:///var/loting.sqlite"
    var: Path = Path("var")
    mail_url: str | None = None  # smtp://user:password@host:port; None writes files in a demo
    secret_key: str | None = None
    programme_nl: str = "Effectmeting in het onderwijs"
    programme_en: str = "Trials in education"
    organisation: str = "Nationaal Kennisinstituut Onderwijs"
    organisation_short: str = "NKO"
    sender: str = "Loting <loting@voorbeeld.nl>"
    contact_mail: str = "vragen@voorbeeld.nl"
    contact_phone: str = ""
    public_url: str = "http://127.0.0.1:8000"  # how links in mails begin; the only host served
    trusted_proxy: str | None = None  # address of the proxy whose X-Forwarded headers count

    def secret_for(self, *, demonstration: bool) -> str:
        """Return the key that signs cookies and links.

        Raises ``SettingsError`` when a real programme lacks its own key: the fixed one of the
        demonstration is public.
        """
        if demonstration:
            return self.secret_key or DEMONSTRATION_SECRET
        if self.secret_key is None:
            raise SettingsError("set LOTING_SECRET_KEY to a long random text, kept secret")
        if self.secret_key == DEMONSTRATION_SECRET or len(self.secret_key) < 32:
            raise SettingsError(
                "LOTING_SECRET_KEY must be 32 characters or more and not the demonstration's"
            )
        return self.secret_key


def read_settings() -> Settings:
    """Read the environment; everything has a default except the secret of a real programme."""
    env = Env(prefix="LOTING_")
    plain = Settings()
    return Settings(
        database_url=env.str("DATABASE_URL", plain.database_url),
        var=env.path("VAR", plain.var),
        mail_url=env.str("MAIL_URL", None),
        secret_key=env.str("SECRET_KEY", None),
        programme_nl=env.str("PROGRAMME_NL", plain.programme_nl),
        programme_en=env.str("PROGRAMME_EN", plain.programme_en),
        organisation=env.str("ORGANISATION", plain.organisation),
        organisation_short=env.str("ORGANISATION_SHORT", plain.organisation_short),
        sender=env.str("SENDER", plain.sender),
        contact_mail=env.str("CONTACT_MAIL", plain.contact_mail),
        contact_phone=env.str("CONTACT_PHONE", plain.contact_phone),
        public_url=env.str("PUBLIC_URL", plain.public_url).rstrip("/"),
        trusted_proxy=env.str("TRUSTED_PROXY", None),
    )
