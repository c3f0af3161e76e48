"""Where the server keeps the secrets of arrivals: apart from the database and its copies."""

from flask import current_app

from trials.draws.custody import DerivedSecrets, SecretFolder, ServerSecrets
from web.demonstration.stage import secret


def server_secrets() -> ServerSecrets:
    """Return the secrets of this deployment; those of a demonstration are fixed."""
    if current_app.config["DEMONSTRATION"]:
        return DerivedSecrets(secret("arrivals"))
    return SecretFolder(current_app.config["LOTING"].var / "keys")
