"""The work of two windows, and what both are measured by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from whodunit.compare.samples import Points
from whodunit.compare.work import Work
from whodunit.telemetry.answers import Span
from whodunit.telemetry.citation import evidence_of_span


class Spanned(Protocol):
    """Work with a span of its own."""

    @property
    def span(self) -> Span:
        """The span that tells of it."""
        ...


@dataclass(frozen=True)
class Pair:
    """The work of both windows."""

    before: Work
    after: Work

    @cached_property
    def growth(self) -> float:
        """How many times as many requests entered after as before, each window as long as it is."""
        return len(self.after.entries) / max(1, len(self.before.entries))

    @cached_property
    def total_s(self) -> float:
        """All the time of the second window that somebody worked, or that a call was on its way."""
        own_s = sum(each.own_s for each in self.after.operations)
        return max(1e-9, own_s + sum(each.on_the_way_s + each.own_wait_s for each in self.after.calls))

    def more(self, before: Sequence[float], after: Sequence[float]) -> float:
        """How much more `after` is in all than if it had grown as the requests did; never negative."""
        return max(0.0, sum(after) - self.growth * sum(before))

    def more_time(self, before: Sequence[float], after: Sequence[float]) -> float:
        """As a share of all time."""
        return self.more(before, after) / self.total_s

    def more_per_request(self, before: Sequence[float], after: Sequence[float]) -> float:
        """For each request that entered."""
        return self.more(before, after) / max(1, len(self.after.entries))


def points(items: Sequence[Spanned], measured: Callable[..., float]) -> Points:
    """What was measured of each, at the time of its start."""
    return Points([each.span.start for each in items], [float(measured(each)) for each in items])


def worst(before: Sequence[Spanned], after: Sequence[Spanned], measured: Callable[..., float]) -> str:
    """The citation of the one with the most; where none is left, of one from before."""
    return evidence_of_span(max(after or before, key=measured).span)
