"""A school that is signed for and may send its pupils, and the keys of its trial."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.copying import copied
from tests.trials.school_trial import NOON, Scene, complete, designed_trial, open_call
from trials.measurements.keys import DerivedKeys
from trials.measurements.models import Blinding, UploadKind
from trials.measurements.services import Intent, upload_file
from trials.measurements.storing import Stored
from trials.permissions import Actor
from trials.signups.models import Signup

PUPILS = b"pupil;class;sex;ses\n101;8a;0;1,5\n102;8a;1;-2,5\n103;8b;0;\n"
BASELINE = b"pupil;language_pre\n101;33\n102;44,5\n103;\n"
OUTCOME = b"pupil;class;language_post\n101;8a;40\n102;8b;50\n103;8b;\n"
KEYS = DerivedKeys(b"secret of the tests")
DAY = date(2027, 2, 1)
LATER = NOON + timedelta(days=200)


@dataclass
class School:
    """One school and how it sends files."""

    session: Session
    scene: Scene
    signup: Signup

    @property
    def coordinator(self) -> Actor:
        return self.scene.coordinator(self.signup.id)

    def send(
        self,
        content: bytes,
        kind: UploadKind = UploadKind.PUPILS,
        *,
        name: str = "lijst.csv",
        now: datetime = NOON,
        actor: Actor | None = None,
        **intent: Any,
    ) -> Stored:
        return upload_file(
            self.session,
            signup_id=self.signup.id,
            intent=Intent(kind, **intent),
            content=content,
            name=name,
            keys=KEYS,
            actor=actor or self.coordinator,
            now=now,
        )

    def send_outcome(self, content: bytes = OUTCOME, **intent: Any) -> Stored:
        usual: dict[str, Any] = {
            "taken_on": LATER.date(),
            "blinding": {"language_post": Blinding.BLIND},
            "now": LATER,
        }
        return self.send(content, UploadKind.OUTCOME, **{**usual, **intent})


@pytest.fixture
def school(session: Session) -> School:
    scene, signup_id = copied(session, _signed_school)
    return School(session, scene, session.get_one(Signup, signup_id))


def _signed_school(session: Session) -> tuple[Scene, int]:
    scene = designed_trial(session)
    open_call(session, scene)
    return scene, complete(session, scene).id
