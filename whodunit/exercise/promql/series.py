"""Samples as Prometheus keeps them: series by their labels; times are milliseconds since a recording began."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from promql_parser import Matcher, MatchOp

NAME = "__name__"

Labels = tuple[tuple[str, str], ...]
"""Sorted, and none of them empty: what tells one series from another."""


@dataclass(frozen=True)
class Sample:
    """A value at a moment."""

    time_ms: int
    value: float


@dataclass
class Series:
    """The samples of one series by time; None is where a rule gives no value any more (a staleness marker)."""

    labels: Mapping[str, str]
    times_ms: list[int] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)

    def add(self, time_ms: int, value: float | None) -> None:
        """Append a sample; it is later than those before, or takes the place of the last."""
        if self.times_ms and self.times_ms[-1] == time_ms:
            self.values[-1] = value
            return
        self.times_ms.append(time_ms)
        self.values.append(value)

    def last(self, after_ms: int, until_ms: int) -> Sample | None:
        """The newest sample later than the one moment, and not later than the other."""
        place = bisect_right(self.times_ms, until_ms) - 1
        if place < 0 or self.times_ms[place] <= after_ms:
            return None
        value = self.values[place]
        return None if value is None else Sample(self.times_ms[place], value)

    def within(self, after_ms: int, until_ms: int) -> list[Sample]:
        """All samples later than the one moment, and not later than the other."""
        first, end = bisect_right(self.times_ms, after_ms), bisect_right(self.times_ms, until_ms)
        pairs = zip(self.times_ms[first:end], self.values[first:end], strict=True)
        return [Sample(time_ms, value) for time_ms, value in pairs if value is not None]


class Samples:
    """All series."""

    def __init__(self) -> None:
        self._series: dict[str, dict[Labels, Series]] = {}

    def series(self, labels: Mapping[str, str]) -> Series:
        """The series of these labels, without samples if it is new."""
        key = sorted_labels(labels)
        return self._series.setdefault(labels[NAME], {}).setdefault(key, Series(dict(key)))

    @property
    def names(self) -> Sequence[str]:
        """The metrics' names there are."""
        return sorted(self._series)

    def every(self) -> Iterator[Series]:
        """Each of them."""
        for named in self._series.values():
            yield from named.values()

    def select(self, name: str | None, matchers: Sequence[Matcher]) -> Iterator[Series]:
        """The series that a selector names; a label that is missing is an empty text."""
        fits = [(each.name, _test(each)) for each in matchers]
        candidates = self._series.get(name, {}).values() if name else self.every()
        for series in candidates:
            if all(test(series.labels.get(label, "")) for label, test in fits):
                yield series


def sorted_labels(labels: Mapping[str, str]) -> Labels:
    """Labels as a key."""
    return tuple(sorted((name, value) for name, value in labels.items() if value))


def _test(matcher: Matcher) -> Callable[[str], bool]:
    wanted = matcher.value
    if matcher.op == MatchOp.Equal:
        return lambda value: value == wanted
    if matcher.op == MatchOp.NotEqual:
        return lambda value: value != wanted
    pattern = re.compile(wanted, re.DOTALL)
    if matcher.op == MatchOp.Re:
        return lambda value: pattern.fullmatch(value) is not None
    return lambda value: pattern.fullmatch(value) is None
