"""What services measured of themselves, for the map: their releases, their slowest route, their event loop."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from whodunit.telemetry.answers import Plot
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import RELEASE, Attributes, MetricQuery, Statistic, Window

ANSWERS = "http.server.request.duration"
_LAG = "shop.event_loop.lag"
_FAILED = "error.type"
_ROUTE = ("http.request.method", "http.route")


@dataclass(frozen=True)
class Release:
    """One release of a service: its share of the service's answers, of its own answers the failed ones, and p95."""

    version: str
    share: float
    error_ratio: float
    p95_s: float | None


@dataclass(frozen=True)
class Route:
    """A route of a service, such as `GET /products`."""

    name: str
    p95_s: float


@dataclass(frozen=True)
class Details:
    """By service: its releases, its slowest route, and the p95 of its event loop's lag."""

    releases: Mapping[str, Sequence[Release]] = field(default_factory=dict)
    slowest_route: Mapping[str, Route] = field(default_factory=dict)
    event_loop_lag_s: Mapping[str, float] = field(default_factory=dict)


def details(telemetry: Telemetry, window: Window) -> Details:
    """What the services measured within the window; raises TelemetryError."""

    def plot(query: MetricQuery, *by: str) -> Plot:
        return telemetry.plot(query, window, window.seconds, ["service", *by])

    times = _p95(ANSWERS)
    counts = plot(MetricQuery(ANSWERS, Statistic.COUNT), RELEASE, _FAILED)
    return Details(
        _releases(counts, plot(times, RELEASE)),
        _slowest(plot(times, *_ROUTE)),
        {of["service"]: lag_s for of, lag_s in _figures(plot(_p95(_LAG)))},
    )


def _p95(name: str) -> MetricQuery:
    return MetricQuery(name, Statistic.PERCENTILE, percentile=95)


def _figures(plot: Plot) -> Iterator[tuple[Attributes, float]]:
    """The one number of each series that has one; a count of 0 is none."""
    return ((series.attributes, value) for series in plot.series if (value := series.values[0]))


def _releases(counts: Plot, times: Plot) -> dict[str, list[Release]]:
    answered: Counter[tuple[str, str]] = Counter()
    failed: Counter[tuple[str, str]] = Counter()
    in_all: Counter[str] = Counter()
    for of, count in _figures(counts):
        if RELEASE in of:
            one = of["service"], of[RELEASE]
            answered[one] += round(count)
            failed[one] += round(count) * (_FAILED in of)
            in_all[of["service"]] += round(count)
    p95_s = {(of["service"], of.get(RELEASE)): value for of, value in _figures(times)}
    found = defaultdict(list)
    for one, count in sorted(answered.items()):
        service, version = one
        found[service].append(Release(version, count / in_all[service], failed[one] / count, p95_s.get(one)))
    return found


def _slowest(times: Plot) -> dict[str, Route]:
    slowest: dict[str, Route] = {}
    for of, p95_s in sorted(_figures(times), key=lambda figure: figure[1]):
        slowest[of["service"]] = Route(" ".join(of[key] for key in _ROUTE if key in of), p95_s)
    return slowest
