"""Asks the telemetry what could limit the load, in the trial that met the targets and in the one that missed them."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from whodunit.limit.trials import Trial
from whodunit.telemetry.citation import MetricCitation
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.topology import PEERS, SERVICES

SERVER, OUTBOUND = "http.server.request.duration", "shop.outbound.duration"
OWN = [service.name for service in SERVICES if not service.is_external]
EXTERNAL = [*(service.name for service in SERVICES if service.is_external), *PEERS]
CALLED = sorted({peer for service in SERVICES for peer in service.peers if peer in OWN})
WITH_DATABASE = [service.name for service in SERVICES if service.owns_database and not service.is_external]


class Kind(StrEnum):
    """The kinds of what can limit."""

    PROCESSOR = "processor"
    POOL = "pool"
    PEER = "peer"


@dataclass(frozen=True)
class Evidence:
    """One number, in the trial that met the targets and in the one that missed; None where nothing was recorded.

    `of` is what it is told of, `what` the number in words, `asked` the question. `unit` is `s`, or `1` for a share.
    """

    kind: Kind
    of: str
    what: str
    unit: str
    asked: str
    met: float | None
    missed: float | None

    @property
    def has_grown(self) -> bool:
        """True if the number at least doubled from the one trial to the other."""
        return self.missed is not None and (self.met is None or self.missed >= 2 * self.met)


@dataclass(frozen=True)
class _Question:
    """One number, as the difference of two where there is `less`."""

    kind: Kind
    of: str
    what: str
    unit: str
    query: MetricQuery
    less: MetricQuery | None = None

    @property
    def queries(self) -> list[MetricQuery]:
        return [self.query, self.less] if self.less else [self.query]


LAG = "wait for a core, p95"
MADE = "time until one is made, p95"
CORE = "share of one core"
MACHINE, SHOP = "this machine", "the shop"
OF_MACHINE = "share of this machine's cores"


def gathered(telemetry: Telemetry, met: Trial | None, missed: Trial) -> list[Evidence]:
    """The numbers of both trials: the machine's, then the largest first. Raises TelemetryError."""
    before = _answers(telemetry, met.window) if met else [None] * len(QUESTIONS)
    after = _answers(telemetry, missed.window)
    told = [
        Evidence(each.kind, each.of, each.what, each.unit, _cited(each, missed.window), was, now)
        for each, was, now in zip(QUESTIONS, before, after, strict=True)
        if was is not None or now is not None
    ]
    return [*_of_machine(told, met, missed), *sorted(told, key=lambda each: -(each.missed or 0.0))]


def _of_machine(told: Sequence[Evidence], met: Trial | None, missed: Trial) -> list[Evidence]:
    """What the whole machine computed, measured beside the load, and what the shop's services had of it."""
    if missed.machine_share is None:
        return []
    cores, used = os.cpu_count() or 1, [each for each in told if each.what == CORE]
    shop = [sum(each.met or 0.0 for each in used) / cores, sum(each.missed or 0.0 for each in used) / cores]
    before = met.machine_share if met else None
    return [
        Evidence(Kind.PROCESSOR, MACHINE, OF_MACHINE, "1", "measured beside the load", before, missed.machine_share),
        Evidence(Kind.PROCESSOR, SHOP, OF_MACHINE, "1", "sum of its services", shop[0] if met else None, shop[1]),
    ]


def _answers(telemetry: Telemetry, window: Window) -> list[float | None]:
    asked = [(query, window) for question in QUESTIONS for query in question.queries]
    values = iter(telemetry.measure(asked).values)
    return [_difference([next(values) for _ in question.queries]) for question in QUESTIONS]


def _difference(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return max(0.0, known[0] - sum(known[1:]))


def _questions() -> Iterator[_Question]:
    for name in OWN:
        yield _Question(Kind.PROCESSOR, name, CORE, "1", MetricQuery("process.cpu.time", Statistic.RATE, name))
        lag = MetricQuery("shop.event_loop.lag", Statistic.PERCENTILE, name, percentile=95)
        yield _Question(Kind.PROCESSOR, name, LAG, "s", lag)
    for name in WITH_DATABASE:
        wait = MetricQuery("db.client.connection.wait_time", Statistic.PERCENTILE, name, percentile=95)
        yield _Question(Kind.POOL, f"{name}'s database connections", "wait for one, p95", "s", wait)
    for name in CALLED:
        whole = MetricQuery(OUTBOUND, Statistic.MEAN, where={"service.peer.name": name})
        own = MetricQuery(SERVER, Statistic.MEAN, name)
        yield _Question(Kind.POOL, f"requests to {name}", "time outside of it, mean", "s", whole, less=own)
    for name in EXTERNAL:
        at_peer = {"service.peer.name": name}
        made = MetricQuery("shop.outbound.connection.create_time", Statistic.PERCENTILE, where=at_peer, percentile=95)
        yield _Question(Kind.POOL, f"new connections to {name}", MADE, "s", made)
        answer = MetricQuery(OUTBOUND, Statistic.PERCENTILE, where=at_peer, percentile=95)
        yield _Question(Kind.PEER, name, "time to answer, p95", "s", answer)


QUESTIONS = list(_questions())


def _cited(question: _Question, window: Window) -> str:
    """The question in the words of a citation."""
    cited = (MetricCitation.of(query, window) for query in question.queries)
    return " - ".join(each.number for each in cited if each)
