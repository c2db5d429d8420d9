"""OTLP's attribute values as text: the tables keep every attribute as a string, so that one column holds all."""

import base64
import json
from collections.abc import Iterable
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue


def as_dict(attributes: Iterable[KeyValue]) -> dict[str, str]:
    """Attributes by key; of a key that comes twice (which OTLP forbids) the last one counts."""
    return {each.key: each.value.string_value or text(each.value) for each in attributes}


def text(value: AnyValue) -> str:
    """A value as text: strings as they are, numbers and booleans as JSON writes them, bytes in base64,
    lists and maps as JSON, nothing as the empty string.
    """
    plain = _plain(value)
    if isinstance(plain, str):
        return plain
    return "" if plain is None else json.dumps(plain, ensure_ascii=False)


def _plain(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case None:
            return None
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case "array_value":
            return [_plain(each) for each in value.array_value.values]
        case "kvlist_value":
            return {each.key: _plain(each.value) for each in value.kvlist_value.values}
        case kind:
            return getattr(value, kind)
