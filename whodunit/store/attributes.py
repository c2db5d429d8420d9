"""OTLP's attributes as the tables keep them: every value as text, so that one column holds all, and beside it the type
of those that were none.
"""

import base64
import json
import math
from collections.abc import Iterable
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

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

Texts = list[str]


def columns(attributes: Iterable[KeyValue]) -> tuple[Texts, Texts, Texts, Texts]:
    """Keys and values of all, keys and types of those that are no strings.

    Of a key that comes twice (which OTLP forbids) the last one counts.
    """
    last = {each.key: each.value for each in attributes}
    texts: Texts = []
    types: dict[str, str] = {}
    for key, value in last.items():
        said = value.string_value
        if not said:
            kind = value.WhichOneof("value")
            said = text(value)
            if kind != STRING:
                types[key] = TYPES.get(kind or "", EMPTY)
        texts.append(said)
    return list(last), texts, list(types), list(types.values())


def plain(attributes: Iterable[KeyValue]) -> dict[str, Any]:
    """Attributes as JSON says them, each with its type; bytes and what JSON has no number for are text."""
    return {each.key: _plain(each.value) for each in attributes}


def text(value: AnyValue) -> str:
    """A value as text: strings as they are, numbers and booleans as JSON writes them, bytes in base64,
    lists and maps as JSON, nothing as the empty string.
    """
    if value.string_value:
        return value.string_value
    said = _plain(value)
    if isinstance(said, str):
        return said
    return "" if said is None else json.dumps(said, ensure_ascii=False)


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
