"""Moments before now and moments with an offset are read in one place, for the terminal, the desk and assistants."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from whodunit.errors import WrongUseError
from whodunit.moments import BEFORE, EXACT, coming, exact, moment
from whodunit.views.windows import Period, window

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_an_end_is_now_or_so_long_before_it() -> None:
    found = window("-1m30s..now", NOW)
    assert (found.start, found.end) == (NOW - timedelta(seconds=90), NOW)
    assert window("-5m..", NOW).end == NOW


@pytest.mark.parametrize("text", ["-5x..now", "-..now", "-99999999999d..now"])
def test_a_time_before_now_that_is_none_is_told_in_its_own_form(text: str) -> None:
    with pytest.raises(WrongUseError, match="is not a time before now") as told:
        window(text, NOW)
    assert told.value.hint == BEFORE


def test_an_exact_moment_is_in_utc() -> None:
    assert exact("2026-11-21T13:00:00+01:00") == NOW
    assert exact("2026-11-21T13:00:00+01:00").tzinfo is UTC


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "1969-12-31T23:59:59Z"])
@pytest.mark.parametrize("read", [exact, moment])
def test_a_moment_of_another_age_is_refused(read: Callable[[str], datetime], text: str) -> None:
    with pytest.raises(WrongUseError, match="is a moment that no telemetry is of"):
        read(text)


@pytest.mark.parametrize(
    "period",
    [Period(last="99999999999d"), Period(last=f"{'9' * 400}s"), Period(last="36501d", around="now")],
)
def test_a_window_that_reaches_beyond_the_calendar_is_refused(period: Period) -> None:
    with pytest.raises(WrongUseError):
        period.window(NOW)


@pytest.mark.parametrize("text", ["noon", "2026-11-21T12:00:00", "14:03"])
def test_what_is_not_exact_is_refused(text: str) -> None:
    with pytest.raises(WrongUseError) as told:
        exact(text)
    assert told.value.hint == EXACT


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("14:30", "2026-11-21T14:30:00Z"),
        ("13:59", "2026-11-22T13:59:00Z"),
        ("2:30 pm", "2026-11-21T14:30:00Z"),
        ("2026-11-21T13:00:00Z", "2026-11-21T13:00:00Z"),
    ],
)
def test_a_time_of_day_to_come_is_today_or_tomorrow(text: str, at: str) -> None:
    assert coming(text, datetime(2026, 11, 21, 14, 0, tzinfo=UTC)) == datetime.fromisoformat(at)
