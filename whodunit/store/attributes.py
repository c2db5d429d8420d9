"""OTLP's attributes as the tables keep them, and resources, which consist of them.

Every attribute is text, so that one column holds all, and beside it stands the type of those that were none. A resource
is stored once and pointed to by a number that follows from its attributes.
"""

import base64
import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from whodunit.store.rows import ResourceRow
from whodunit.store.times import now_us

STRING = "string_value"
TYPES = {
    "bool_value": "bool",
    "int_value": "int",
    "double_value": "double",
    "bytes_value": "bytes",
    "array_value": "array",
    "kvlist_value": "kvlist",
}
EMPTY = "empty"
MOST_REMEMBERED = 1024  # each process of a service is one; this bounds memory against a stranger's telemetry

_object = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def columns(attributes: Iterable[KeyValue]) -> tuple[str, str]:
    """Two JSON objects: all values as text, and the types of those that are no strings.

    Of a key that comes twice (which OTLP forbids) the last one counts. The database reads an object in half the time
    that lists of keys and values take.
    """
    texts, types = _texts(attributes)
    return _object(texts), _object(types) if types else "{}"


def _texts(attributes: Iterable[KeyValue]) -> tuple[dict[str, str], dict[str, str]]:
    last = {each.key: each.value for each in attributes}
    texts: dict[str, str] = {}
    types: dict[str, str] = {}
    for key, value in last.items():
        as_text = value.string_value
        if not as_text:
            kind = value.WhichOneof("value")
            as_text = text(value)
            if kind != STRING:
                types[key] = TYPES.get(kind or "", EMPTY)
        texts[key] = as_text
    return texts, types


def plain(attributes: Iterable[KeyValue]) -> dict[str, Any]:
    """Attributes as JSON, each with its type; bytes and numbers that JSON cannot hold are text."""
    return {each.key: _plain(each.value) for each in attributes}


def text(value: AnyValue) -> str:
    """A value as text: strings as they are, numbers and booleans as JSON writes them, bytes in base64,
    lists and maps as JSON, nothing as the empty string.
    """
    if value.string_value:
        return value.string_value
    if value.WhichOneof("value") == "int_value":  # JSON's encoder takes 3 µs for it
        return str(value.int_value)
    found = _plain(value)
    if isinstance(found, str):
        return found
    return "" if found is None else json.dumps(found, ensure_ascii=False)


def _plain(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case None:
            return None
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case "array_value":
            return [_plain(each) for each in value.array_value.values]
        case "kvlist_value":
            return plain(value.kvlist_value.values)
        case "double_value" if not math.isfinite(value.double_value):
            return json.dumps(value.double_value)
        case kind:
            return getattr(value, kind)


@dataclass
class Resources:
    """Turns resources into rows; remembers those it has seen, since every request repeats one."""

    _rows: dict[bytes, ResourceRow] = field(default_factory=dict)

    def row(self, resource: Resource) -> ResourceRow:
        """The row of a resource; equal attributes give the same number, in this process and any other."""
        key = resource.SerializeToString()
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= MOST_REMEMBERED:
                self._rows.clear()
            row = self._rows[key] = _resource_row(resource)
        return row


def _resource_row(resource: Resource) -> ResourceRow:
    texts, types = _texts(resource.attributes)
    identity = json.dumps([texts, types], sort_keys=True)
    digest = hashlib.blake2b(identity.encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big") >> 1  # fits the signed column
    service = texts.get("service.name", "unknown_service")
    return ResourceRow(number, service, _object(texts), _object(types), now_us())
