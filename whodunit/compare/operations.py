"""What changed in what services do by themselves: their own time, and the failures that begin with them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from whodunit.compare.findings import Refused
from whodunit.compare.pair import Pair, points, worst
from whodunit.compare.samples import Asked, Subject, of_shares, of_times, too_few
from whodunit.compare.work import Operation, Work
from whodunit.topology import LOAD_GENERATOR

Key = tuple[str, str]


def asked_of_operations(pair: Pair) -> Iterator[Asked | Refused]:
    """Two questions about each operation that is seen often enough."""
    was, now = _by_name(pair.before), _by_name(pair.after)
    for key in sorted(was.keys() | now.keys()):
        yield from _Operations(pair, key, was.get(key, []), now.get(key, [])).asked()


def _by_name(work: Work) -> Mapping[Key, list[Operation]]:
    """Without the journeys of visitors, who think between two pages."""
    found: dict[Key, list[Operation]] = defaultdict(list)
    for each in work.operations:
        if each.service != LOAD_GENERATOR:
            found[each.service, each.name].append(each)
    return found


@dataclass(frozen=True)
class _Operations:
    """One operation in both windows."""

    pair: Pair
    key: Key
    before: list[Operation]
    after: list[Operation]

    def asked(self) -> Iterator[Asked | Refused]:
        own = points(self.before, _own_s), points(self.after, _own_s)
        if refusal := too_few(self._subject(), *own):
            yield refusal
            return
        yield replace(
            of_times(self._subject("own time p95", "s"), *own, lambda: worst(self.before, self.after, _own_s)),
            about=self.key,
            blame=self._blame,
        )
        failed = points(self.before, _is_origin), points(self.after, _is_origin)
        subject = self._subject("failures that begin here", "1")
        if any((*failed[0].values, *failed[1].values)):
            asked = of_shares(subject, *failed, lambda: worst(self.before, self.after, _is_origin))
            yield replace(asked, about=self.key, blame=self._blame)

    def _subject(self, measure: str = "", unit: str = "") -> Subject:
        service, name = self.key
        return Subject("operation", service, f"{name}: {measure}" if measure else name, unit)

    def _blame(self) -> Mapping[str, float]:
        times = [[each.own_s for each in window] for window in (self.before, self.after)]
        failures = [[float(each.is_origin) for each in window] for window in (self.before, self.after)]
        return {self.key[0]: self.pair.more_time(*times) + self.pair.more_per_request(*failures)}


def _own_s(operation: Operation) -> float:
    return operation.own_s


def _is_origin(operation: Operation) -> float:
    return float(operation.is_origin)
