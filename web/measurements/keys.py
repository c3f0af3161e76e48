"""Where the pupil keys of this deployment are kept: apart from the database and its copies."""

from flask import current_app

from trials.measurements.keys import DerivedKeys, KeyFolder, PupilKeys
from web.demonstration.stage import secret
from web.settings import Settings


def keys_of(settings: Settings, *, demonstration: bool) -> PupilKeys:
    """Return the keys; those of a demonstration are fixed, so that it repeats."""
    if demonstration:
        return DerivedKeys(secret("pupils"))
    return KeyFolder(settings.var / "keys")


def pupil_keys() -> PupilKeys:
    return keys_of(current_app.config["LOTING"], demonstration=current_app.config["DEMONSTRATION"])
