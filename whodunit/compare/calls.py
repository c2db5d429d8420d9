"""What changed in calls and statements: their durations, their failures, how many a request makes, come and gone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from whodunit.compare.findings import Kind, Refused
from whodunit.compare.pair import Pair, points, worst
from whodunit.compare.samples import (
    LEAST_S,
    Asked,
    Points,
    Subject,
    of_shares,
    of_times,
    of_values,
    p95,
    too_few,
)
from whodunit.compare.work import Call, Route, Work
from whodunit.topology import LOAD_GENERATOR

Key = tuple[str, str, str]
Measured = Callable[[Call], float]


def asked_of_calls(pair: Pair) -> Iterator[Asked | Refused]:
    """Questions about each edge and each statement that is seen often enough."""
    was, now = _by_edge(pair.before), _by_edge(pair.after)
    for key in sorted(was.keys() | now.keys()):
        yield from _Calls(pair, key, was.get(key, []), now.get(key, [])).asked()


def _by_edge(work: Work) -> Mapping[Key, list[Call]]:
    found: dict[Key, list[Call]] = defaultdict(list)
    for each in work.calls:
        found[each.caller, each.callee, each.what].append(each)
    return found


@dataclass(frozen=True)
class _Calls:
    """The calls of one edge, or one statement, in both windows."""

    pair: Pair
    key: Key
    before: list[Call]
    after: list[Call]

    def asked(self) -> Iterator[Asked | Refused]:
        for each in (*self._of_durations(), *self._of_numbers()):
            yield each if isinstance(each, Refused) else replace(each, about=self.key, blame=self._blame)

    def _of_durations(self) -> Iterator[Asked | Refused]:
        durations = self._points(_duration_s)
        if refusal := too_few(self._of_callee(), *durations):
            yield refusal
            return
        yield of_times(self._of_callee("p95", "s"), *durations, partial(self._worst, _duration_s))
        failed, waits = self._points(_failed), self._points(_own_wait_s)
        if any((*failed[0].values, *failed[1].values)):
            yield of_shares(self._of_callee("failed calls", "1"), *failed, partial(self._worst, _failed))
        if any((*waits[0].values, *waits[1].values)):
            subject = self._of_caller("wait for a connection p95", "s")
            yield of_values(subject, *waits, partial(self._worst, _own_wait_s), LEAST_S, p95)

    def _of_numbers(self) -> Iterator[Asked]:
        """The number of calls in each request of the routes that ever make one; what visitors do is load."""
        if self._one.caller == LOAD_GENERATOR:
            return
        routes = {(each.request.service, each.request.name) for each in (*self.before, *self.after)}
        numbers = _per_request(self.pair.before, self.before, routes), _per_request(self.pair.after, self.after, routes)
        subject = self._of_caller("calls per request", "{call}")
        if too_few(subject, *numbers):
            return
        asked = of_values(subject, *numbers, partial(self._worst, _duration_s))
        if self.before and self.after:
            yield asked
        elif self.before:
            yield replace(asked, finding=lambda q: replace(asked.finding(q), after=None))
        else:
            yield replace(asked, finding=lambda q: replace(asked.finding(q), before=None))

    def _of_callee(self, measure: str = "", unit: str = "") -> Subject:
        """A statement is its caller's, whose database it is."""
        one = self._one
        return Subject(self._kind, one.caller if one.is_statement else one.callee, self._name(measure), unit)

    def _of_caller(self, measure: str, unit: str) -> Subject:
        return Subject(self._kind, self._one.caller, self._name(measure), unit)

    @property
    def _one(self) -> Call:
        return (self.after or self.before)[0]

    @property
    def _kind(self) -> Kind:
        return "statement" if self._one.is_statement else "edge"

    def _name(self, measure: str) -> str:
        return f"{self._one.edge}: {measure}" if measure else self._one.edge

    def _blame(self) -> Mapping[str, float]:
        """More time on the way is of both: a busy caller reads an answer late, a busy callee takes the call up late.

        A failure that has no answer is the callee's, and more calls than before are the caller's.
        """
        one, found = self._one, defaultdict[str, float](float)
        callee = one.caller if one.is_statement else one.callee
        way = self.pair.more_time(*self._values(lambda each: each.on_the_way_s))
        for each in (callee, one.caller if one.what else callee):
            found[each] += way / 2
        found[callee] += self.pair.more_per_request(*self._values(lambda each: float(each.is_origin)))
        found[one.caller] += self.pair.more_time(*self._values(_own_wait_s))
        more = self.pair.more([1.0] * len(self.before), [1.0] * len(self.after))
        found[one.caller] += more / max(1, len(self.pair.after.calls))
        return found

    def _values(self, measured: Measured) -> tuple[list[float], list[float]]:
        return [measured(each) for each in self.before], [measured(each) for each in self.after]

    def _points(self, measured: Measured) -> tuple[Points, Points]:
        return points(self.before, measured), points(self.after, measured)

    def _worst(self, measured: Measured) -> str:
        return worst(self.before, self.after, measured)


def _per_request(work: Work, calls: list[Call], routes: set[Route]) -> Points:
    made = Counter(each.request.span_id for each in calls)
    found = sorted((span for route in routes for span in work.requests_of[route]), key=lambda span: span.start)
    return Points([span.start for span in found], [float(made[span.span_id]) for span in found])


def _duration_s(call: Call) -> float:
    return call.span.duration_s


def _own_wait_s(call: Call) -> float:
    return call.own_wait_s


def _failed(call: Call) -> float:
    return float(call.span.status == "error")
