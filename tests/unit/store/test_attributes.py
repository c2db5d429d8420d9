"""Every kind of OTLP value has a text."""

import pytest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList

from whodunit.store.attributes import as_dict, text

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
        (AnyValue(), ""),
    ],
)
def test_text(value: AnyValue, expected: str) -> None:
    assert text(value) == expected


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    pairs = [KeyValue(key="k", value=AnyValue(int_value=n)) for n in (1, 2)]
    assert as_dict(pairs) == {"k": "2"}
