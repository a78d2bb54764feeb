"""PUT, the same for every noun: what a body leaves out stays, and what a GET answered may be sent back whole.

So a body may hold what only a reading answers. It is compared with what is on record: equal says nothing, different is
refused, since nothing that was sent is ever ignored. ``version`` counts as If-Match does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import fields, missing

from depot.errors import FieldError, Invalid
from routes.etags import note_version
from routes.fields import Schema

PASSING = ("warnings", "last_used_at")
"""What an answer says besides the record, or what changes by looking: not compared."""


@dataclass(frozen=True)
class Echo:
    """What was sent for a member that only a reading answers."""

    value: Any


class OnlyRead(fields.Raw):
    """A member that only a reading answers."""

    def __init__(self) -> None:
        description = "Cannot be changed here; it may come back as it was read."
        super().__init__(allow_none=True, metadata={"readOnly": True, "description": description})

    def deserialize(self, value: Any, *_: Any, **__: Any) -> Echo:
        """What was sent, null too."""
        return Echo(value)


class Change(Schema):
    """The body of a PUT, which leaves out what stays; ``answers`` is the shape in which the record is read."""

    answers: ClassVar[type[Schema]]

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "partial": True})
        names = [name for name in self.answers().fields if name not in self.fields]
        self.declared_fields |= {name: OnlyRead() for name in names}
        self._init_fields()

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Nothing has a default: what is left out stays."""
        super().on_bind_field(field_name, field_obj)
        field_obj.load_default = missing


def changes(body: Mapping[str, Any], record: object, answers: type[Schema]) -> dict[str, Any]:
    """What a body changes of a record, which is given as a view hands it to ``answers``.

    Raises Invalid for a member that cannot be changed here and differs, Stale for another version.
    """
    echoes = {name: sent.value for name, sent in body.items() if isinstance(sent, Echo) and name not in PASSING}
    known = answers().dump(record) if echoes else {}
    if isinstance(echoes.get("version"), int):
        note_version(echoes.pop("version"), known["version"])
    differ = [name for name, value in echoes.items() if (type(value), value) != (type(known[name]), known[name])]
    if differ:
        raise Invalid([FieldError(f"/{name}", "This cannot be changed here.") for name in differ])
    return {name: sent for name, sent in body.items() if not isinstance(sent, Echo)}
