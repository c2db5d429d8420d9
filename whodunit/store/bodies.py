"""The body of an OTLP request as its message, in either encoding.

All three requests have the same shape: groups by resource hold groups by scope, these hold items. What cannot be read
as a whole is read item by item, so that a bad one costs no other.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any, Protocol

from google.protobuf.descriptor import Descriptor, FieldDescriptor  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.json_format import ParseDict, ParseError  # type: ignore[import-untyped]
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]
from google.protobuf.unknown_fields import UnknownFieldSet  # type: ignore[import-untyped]

NO_OBJECT = "an object was expected"
ITEM = 3  # levels below the request
OWNER = 1  # number of the field with the resource or the scope
LENGTH_DELIMITED = 2
HEX = ("traceId", "spanId", "parentSpanId")  # OTLP's exception from protobuf's JSON, which has bytes in base64


class Unreadable(Exception):
    """Not a message, or not of the kind that was expected."""


class Form(Protocol):
    """An encoding of messages. Both methods raise `Unreadable`."""

    def fill(self, message: Message, part: Any) -> None:
        """Read the whole of `part` into the message."""
        ...

    def parts(self, part: Any, field: FieldDescriptor) -> Sequence[Any]:
        """The values that `part` has in that field, not read yet."""
        ...


class Protobuf:
    """Protobuf's binary encoding; a part is its bytes."""

    def fill(self, message: Message, part: bytes) -> None:
        """Read the bytes into the message."""
        try:
            message.MergeFromString(part)
        except DecodeError as error:
            raise Unreadable(str(error)) from error

    def parts(self, part: bytes, field: FieldDescriptor) -> Sequence[bytes]:
        """The bytes of each value of the field."""
        try:
            fields = UnknownFieldSet(Empty.FromString(part))
        except DecodeError as error:
            raise Unreadable(str(error)) from error
        return [f.data for f in fields if (f.field_number, f.wire_type) == (field.number, LENGTH_DELIMITED)]


class Json:
    """OTLP/JSON; a part is a value as returned by `loaded`."""

    def fill(self, message: Message, part: Any) -> None:
        """Read the object into the message."""
        if not isinstance(part, dict):
            raise Unreadable(NO_OBJECT)
        try:
            ParseDict(part, message, ignore_unknown_fields=True)
        except ParseError as error:
            raise Unreadable(str(error)) from error

    def parts(self, part: Any, field: FieldDescriptor) -> Sequence[Any]:
        """The values of the field, none where it is null."""
        if not isinstance(part, dict):
            raise Unreadable(NO_OBJECT)
        found: Any = part.get(field.json_name)
        if found is None:
            return []
        if not isinstance(found, list if field.is_repeated else dict):
            raise Unreadable(f"{field.json_name} is of another type")
        return list(found) if field.is_repeated else [found]


def loaded(body: bytes) -> Any:
    """JSON with the ids as protobuf has them. Raises `Unreadable`."""
    try:
        return _with_ids(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def read(form: Form, request: Message, body: Any) -> int:
    """Fill the request; returns the number of items that cannot be read. Raises `Unreadable` when nothing can."""
    try:
        form.fill(request, body)
    except Unreadable:
        request.Clear()
        return _read(form, request, body, 0)
    return 0


def first_item(request: Message) -> Message | None:
    """The first span, log record or metric."""
    found = [request]
    for level in range(ITEM):
        found = [child for each in found for child in getattr(each, _children(each.DESCRIPTOR, level).name)[:1]]
    return found[0] if found else None


def fits(item: Message) -> bool:
    """False if a field came in another wire type than its own, as when a message is taken for one of another kind."""
    return not any(unknown.field_number in item.DESCRIPTOR.fields_by_number for unknown in UnknownFieldSet(item))


def _read(form: Form, message: Message, part: Any, level: int) -> int:
    if level == ITEM:
        form.fill(message, part)
        return 0
    if level:
        owner = message.DESCRIPTOR.fields_by_number[OWNER]
        for each in form.parts(part, owner):
            form.fill(getattr(message, owner.name), each)
    field = _children(message.DESCRIPTOR, level)
    return sum(_read_child(form, getattr(message, field.name), each, level + 1) for each in form.parts(part, field))


def _read_child(form: Form, siblings: Any, part: Any, level: int) -> int:
    child = siblings.add()
    try:
        return _read(form, child, part, level)
    except Unreadable:
        del siblings[-1]
        return _count(form, child.DESCRIPTOR, part, level)


def _count(form: Form, kind: Descriptor, part: Any, level: int) -> int:
    """The number of items in an unreadable part; of metrics, of points; 1 if they cannot be counted either."""
    try:
        if level < ITEM:
            field = _children(kind, level)
            return sum(_count(form, field.message_type, each, level + 1) for each in form.parts(part, field))
        points = [
            len(form.parts(data, field.message_type.fields_by_name["data_points"]))
            for field in (kind.oneofs_by_name["data"].fields if "data" in kind.oneofs_by_name else ())
            for data in form.parts(part, field)
        ]
        return sum(points) or 1
    except Unreadable:
        return 1


def _children(kind: Descriptor, level: int) -> FieldDescriptor:
    return kind.fields_by_number[2 if level else 1]


def _with_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _from_hex(v) if k in HEX else _with_ids(v) for k, v in value.items()}
    return [_with_ids(each) for each in value] if isinstance(value, list) else value


def _from_hex(value: Any) -> str:
    """The id in base64; empty if it is not hexadecimal."""
    try:
        return base64.b64encode(bytes.fromhex(value)).decode()
    except (ValueError, TypeError):
        return ""
