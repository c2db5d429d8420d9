from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whodunit.durations import DurationError, format_duration, parse_duration_s


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10s", 10),
        ("1m30s", 90),
        ("750ms", 0.75),
        ("2h", 7200),
        ("1.5s", 1.5),
        ("250us", 0.00025),
        ("1d", 86400),
    ],
)
def test_a_duration_is_read_in_seconds(text: str, seconds: float) -> None:
    assert parse_duration_s(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "10", "s", "10 s", "-5s", "ten seconds", "10s!", "1,5s", "1..5s"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(DurationError, match="write it like 750ms, 10s, 1m30s"):
        parse_duration_s(text)


@pytest.mark.parametrize("text", ["36501d", "99999999999d", f"{'9' * 400}s"])
def test_more_than_a_century_is_refused(text: str) -> None:
    with pytest.raises(DurationError, match="is longer than 36500d"):
        parse_duration_s(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.00085, "850µs"),
        (0.0123, "12.3ms"),
        (0.75, "750ms"),
        (0.99999, "1.00s"),
        (1.5, "1.50s"),
        (12.345, "12.3s"),
        (59.999, "1m00s"),
        (90, "1m30s"),
        (3661, "1h01m"),
        (-1.5, "-1.50s"),
    ],
)
def test_a_duration_is_written_with_three_digits(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@given(st.floats(0, 1e9))
def test_what_is_written_is_read_again_to_three_digits_or_the_last_unit(seconds: float) -> None:
    last_unit_s = 60 if seconds >= 3599.95 else 1 if seconds >= 59.95 else 1e-6
    assert parse_duration_s(format_duration(seconds)) == pytest.approx(seconds, rel=0.006, abs=last_unit_s)


@given(st.text("0123456789.dhmsuµ ٣-+e"))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with suppress(DurationError):
        assert parse_duration_s(text) >= 0
