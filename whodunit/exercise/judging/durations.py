"""The durations of requests as one histogram, by route and status."""

from collections import Counter
from collections.abc import Iterator

from whodunit.exercise.evidence import Evidence, Series
from whodunit.exercise.judging.missing import Missing, first_of_each
from whodunit.exercise.judging.server_spans import METHOD, ROUTE, STATUS

NAME = "http.server.request.duration"
OLD_NAME = "http.server.duration"
OF_CONVENTION = {
    METHOD,
    ROUTE,
    STATUS,
    "error.type",
    "network.protocol.name",
    "network.protocol.version",
    "server.address",
    "server.port",
    "url.scheme",
}
"""What the semantic conventions give this metric; none of it is chosen by visitors."""

APART_S = ((0.01, 0.1), (1.0, 10.0))
"""Two durations that a bound has to tell from each other."""


def judge(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, old-name, type, unit, method, route, status-code, unbounded, buckets, count."""
    series = [each for each in evidence.series if each.name == NAME]
    if any(each.name == OLD_NAME for each in evidence.series) and not series:
        yield Missing("old-name", f"The metric is called {OLD_NAME} (now {NAME}, in seconds).")
    elif not series:
        names = ", ".join(sorted({each.name for each in evidence.series})) or "none at all"
        yield Missing("nothing", f"There is no metric {NAME}; metrics that arrived: {names}.")
    yield from first_of_each(each for one in series for each in _of_series(one, evidence))
    if series and all({METHOD, ROUTE, STATUS} <= each.attributes.keys() for each in series):
        yield from _counted(evidence, series)


def _of_series(series: Series, evidence: Evidence) -> Iterator[Missing]:
    if series.type != "histogram":
        yield Missing("type", f"The type of {NAME} is {series.type}.")
        return
    if series.unit != "s":
        yield Missing("unit", f"The unit of {NAME} is {series.unit or 'not given'}.")
    for lesson, name in (("method", METHOD), ("route", ROUTE), ("status-code", STATUS)):
        if name not in series.attributes:
            yield Missing(lesson, f"{NAME} has no {name}; its attributes: {_names(series)}.")
    paths = {visit.request.path for visit in evidence.visits} - {visit.request.route for visit in evidence.visits}
    for name, value in series.attributes.items():
        if name not in OF_CONVENTION or value in paths:
            yield Missing("unbounded", f"{NAME} has {name}={value}: a line of its own for each value.")
    for shorter_s, longer_s in APART_S:
        if not any(shorter_s <= bound < longer_s for bound in series.bounds):
            bounds = ", ".join(f"{bound:g}" for bound in series.bounds) or "none"
            told = f"No bound of {NAME} tells {shorter_s:g} s from {longer_s:g} s"
            yield Missing("buckets", f"{told}; they are {bounds} (in seconds).")


def _counted(evidence: Evidence, series: list[Series]) -> Iterator[Missing]:
    asked = Counter((visit.request.method, str(visit.status)) for visit in evidence.visits)
    told: Counter[tuple[str, str]] = Counter()
    for each in series:
        told[each.attributes.get(METHOD, ""), each.attributes[STATUS]] += each.count
    for (method, status), count in asked.items():
        if told[method, status] != count:
            seen = f"{count} requests {method} were answered with {status}"
            yield Missing("count", f"{seen}; the histogram has {told[method, status]} of {METHOD}={method}.")
            return


def _names(series: Series) -> str:
    return ", ".join(series.attributes) or "none"
