"""What the schemas of every folder have in common."""

from typing import Any

from marshmallow import EXCLUDE, Schema
from marshmallow.fields import Field


class Shown(Schema):
    """Something that goes out. Every field is always there, if only as null."""

    class Meta:
        unknown = EXCLUDE  # says in the document that keys may be added

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        field_obj.required = True
