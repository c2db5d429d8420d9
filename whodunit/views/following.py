"""Log records as they come."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.questions import Window

LATE = timedelta(seconds=10)
"""Records come in after their time, by the exporter's delay and the store's; so far back we look again."""


def follow(
    ask: Callable[[Window], Sequence[LogRecord]], since: datetime, ticks: Iterable[datetime]
) -> Iterator[LogRecord]:
    """At each tick the records that were not there before, each once, none older than `since`."""
    seen: set[LogKey] = set()
    for now in ticks:
        window = Window(max(since, now - LATE), now + timedelta(seconds=1))
        records = {_key(record): record for record in ask(window)}
        yield from (record for key, record in records.items() if key not in seen)
        seen = set(records) | {key for key in seen if key[0] >= window.start}


LogKey = tuple[datetime, str, str, str | None]


def _key(record: LogRecord) -> LogKey:
    return (record.time, record.service, record.body, record.span_id)
