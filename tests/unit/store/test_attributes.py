"""Every kind of OTLP value has a text."""

import json
import math

import pytest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList

from whodunit.store.attributes import columns, plain, text

LIST = AnyValue(array_value=ArrayValue(values=[AnyValue(int_value=1), AnyValue(string_value="é"), AnyValue()]))
MAP = AnyValue(kvlist_value=KeyValueList(values=[KeyValue(key="list", value=LIST)]))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (AnyValue(string_value="as it is"), "as it is"),
        (AnyValue(string_value=""), ""),
        (AnyValue(bool_value=True), "true"),
        (AnyValue(bool_value=False), "false"),
        (AnyValue(int_value=-7), "-7"),
        (AnyValue(int_value=0), "0"),
        (AnyValue(double_value=0.25), "0.25"),
        (AnyValue(bytes_value=b"\x00\xff"), "AP8="),
        (LIST, '[1, "é", null]'),
        (MAP, '{"list": [1, "é", null]}'),
        (AnyValue(double_value=float("nan")), "NaN"),
        (AnyValue(), ""),
    ],
)
def test_text(value: AnyValue, expected: str) -> None:
    assert text(value) == expected


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    pairs = [KeyValue(key="k", value=AnyValue(int_value=n)) for n in (1, 2)]
    assert columns(pairs) == ('{"k":"2"}', '{"k":"int"}')


def test_types_of_what_is_no_string() -> None:
    values = {
        "string": AnyValue(string_value="1"),
        "no text": AnyValue(string_value=""),
        "bool": AnyValue(bool_value=True),
        "int": AnyValue(int_value=1),
        "double": AnyValue(double_value=1),
        "bytes": AnyValue(bytes_value=b"1"),
        "array": LIST,
        "kvlist": MAP,
        "empty": AnyValue(),
    }
    texts, types = map(json.loads, columns(KeyValue(key=k, value=v) for k, v in values.items()))
    assert (list(texts), list(texts.values())[:5]) == (list(values), ["1", "", "true", "1", "1.0"])
    assert list(types) == list(types.values()) == list(values)[2:]


def test_plain_values_keep_their_types() -> None:
    values = {"s": AnyValue(string_value="1"), "i": AnyValue(int_value=1), "f": AnyValue(double_value=math.inf)}
    assert plain(KeyValue(key=k, value=v) for k, v in values.items()) == {"s": "1", "i": 1, "f": "Infinity"}
