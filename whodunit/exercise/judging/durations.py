"""The durations of requests as one histogram, by route and status."""

from collections import Counter
from collections.abc import Iterator

from whodunit.exercise.evidence import Evidence, Series
from whodunit.exercise.judging.missing import Missing, first_of_each
from whodunit.exercise.judging.server_spans import METHOD, ROUTE, STATUS

NAME = "http.server.request.duration"
OLD_NAME = "http.server.duration"
UNBOUNDED = ("url.path", "url.full", "url.query", "http.target", "http.url", "client.address", "user_agent.original")
BELOW_S = 0.5
ENOUGH_BOUNDS = 4


def judge(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, old-name, type, unit, route, status-code, unbounded, buckets, count."""
    series = [each for each in evidence.series if each.name == NAME]
    if any(each.name == OLD_NAME for each in evidence.series) and not series:
        yield Missing("old-name", f"The metric is called {OLD_NAME} (now {NAME}, in seconds).")
    elif not series:
        names = ", ".join(sorted({each.name for each in evidence.series})) or "none at all"
        yield Missing("nothing", f"There is no metric {NAME}; metrics that arrived: {names}.")
    yield from first_of_each(each for one in series for each in _of_series(one, evidence))
    if series and all(ROUTE in each.attributes and STATUS in each.attributes for each in series):
        yield from _counted(evidence, series)


def _of_series(series: Series, evidence: Evidence) -> Iterator[Missing]:
    if series.type != "histogram":
        yield Missing("type", f"{NAME} is a {series.type}.")
        return
    if series.unit != "s":
        yield Missing("unit", f"The unit of {NAME} is {series.unit or 'not given'}.")
    if ROUTE not in series.attributes:
        yield Missing("route", f"{NAME} has no {ROUTE}; its attributes: {_names(series)}.")
    if STATUS not in series.attributes:
        yield Missing("status-code", f"{NAME} has no {STATUS}; its attributes: {_names(series)}.")
    paths = {visit.request.path for visit in evidence.visits} - {visit.request.route for visit in evidence.visits}
    for name, value in series.attributes.items():
        if name in UNBOUNDED or value in paths:
            yield Missing("unbounded", f"{NAME} has {name}={value}: a line of its own for each value.")
    fine = [bound for bound in series.bounds if 0 < bound <= BELOW_S]
    if len(fine) < ENOUGH_BOUNDS:
        bounds = ", ".join(f"{bound:g}" for bound in series.bounds[:5])
        yield Missing("buckets", f"{len(fine)} bounds of {NAME} lie below {BELOW_S:g} s; they are {bounds} … s.")


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
