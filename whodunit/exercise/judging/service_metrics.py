"""Metrics of the shop's inventory: what it does for the business, how long it takes, and by what they are split."""

import re
from collections.abc import Iterator

from whodunit.alerts.loading import bundled
from whodunit.exercise.evidence import Evidence, Series, Visit
from whodunit.exercise.judging import durations
from whodunit.exercise.judging.missing import Missing, first_of_each
from whodunit.exercise.judging.service_spans import PROBES, without_probes
from whodunit.telemetry.vocabulary import METRICS

RESERVATIONS, COUNTER, OUTCOME = "shop.inventory.reservations", "counter", "shop.outcome"
OUTCOMES = ("reserved", "out_of_stock", "too_late", "crowded_out")
OF_STATUS = {201: "reserved", 409: "out_of_stock", 504: "too_late"}
"""What came of a reservation, by the status of the answer."""

OBJECTIVE = "checkout-latency"
WORD = re.compile(r"[\w.-]+")
"""A member of a list or of a path; ids of the shop consist of these."""

NEAR = 2 / 3
"""A bound between so much of an objective and the objective tells the good from the nearly bad."""


def reservations(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, instrument, unit, outcome, attributes, count."""
    series = [each for each in evidence.series if each.name == RESERVATIONS]
    if not series:
        yield Missing("nothing", f"There is no metric {RESERVATIONS}; metrics that arrived: {_all_names(evidence)}.")
        return
    found = list(first_of_each(each for one in series for each in _of_series(one)))
    yield from found or _counted(evidence, series)


def objective(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: those of the judge of durations, and objective."""
    has_probes = any(each.attributes.get("http.route") in PROBES for each in evidence.series)
    yield from durations.judge(evidence if has_probes else without_probes(evidence))
    bounds = [each.bounds for each in evidence.series if each.name == durations.NAME and each.type == "histogram"]
    yield from first_of_each(each for one in bounds for each in _resolved(one, _limit_s()))


def cardinality(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: nothing, unbounded."""
    if not evidence.series:
        yield Missing("nothing", "No metric arrived at all.")
    unbounded = {value: what for visit in evidence.visits for what, value in _of_request(visit)}
    for series in evidence.series:
        for name, value in series.attributes.items():
            if what := next((unbounded[each] for each in unbounded if each in (value, *_words(value))), None):
                yield Missing("unbounded", f"{series.name} has {name}={value}, {what}: a line of its own for each.")
                return


def _of_series(series: Series) -> Iterator[Missing]:
    if series.type != COUNTER:
        yield Missing("instrument", f"The type of {RESERVATIONS} is {series.type}; the registry has {COUNTER}.")
    if series.unit != (unit := METRICS[RESERVATIONS].unit):
        yield Missing("unit", f"The unit of {RESERVATIONS} is {series.unit or 'not given'}; the registry has {unit}.")
    outcome = series.attributes.get(OUTCOME)
    if outcome not in OUTCOMES:
        seen = f"{OUTCOME}={outcome}" if outcome else f"no {OUTCOME}"
        yield Missing("outcome", f"{RESERVATIONS} has {seen}; there are {', '.join(OUTCOMES)}.")
    if more := sorted(series.attributes.keys() - {OUTCOME}):
        yield Missing("attributes", f"{RESERVATIONS} has {', '.join(more)}; the registry has {OUTCOME} alone.")


def _counted(evidence: Evidence, series: list[Series]) -> Iterator[Missing]:
    asked = [each for each in evidence.visits if each.request.body and each.status in OF_STATUS]
    once = {(each.request.body["order_id"], OF_STATUS[each.status]) for each in asked}
    for outcome in OF_STATUS.values():
        right = sum(each == outcome for _, each in once)
        told = sum(each.value for each in series if each.attributes[OUTCOME] == outcome)
        if told != right:
            yield Missing("count", f"{RESERVATIONS} has {told:g} {outcome}; it was {right}.")


def _limit_s() -> float:
    """The duration that tells a good checkout, of which a reservation is a part, from a bad one, in seconds."""
    (slo,) = (each for each in bundled().slos if each.name == OBJECTIVE)
    return next(each.longer_than for each in slo.ratio_metric.bad if each.longer_than)


def _resolved(bounds: tuple[float, ...], limit_s: float) -> Iterator[Missing]:
    if limit_s not in bounds or not any(NEAR * limit_s < bound < limit_s for bound in bounds):
        near = ", ".join(f"{bound:g}" for bound in bounds if limit_s / 2 < bound < limit_s * 2) or "none"
        told = f"The objective is {limit_s:g} s; bounds of {durations.NAME} near it: {near} (in seconds)."
        yield Missing("objective", f"{told} Needed: {limit_s:g}, and one between {NEAR * limit_s:g} and {limit_s:g}.")


def _of_request(visit: Visit) -> Iterator[tuple[str, str]]:
    """What of a request comes in any number of values."""
    if visit.request.path != visit.request.route:
        yield "a path", visit.request.path.partition("?")[0]
    body = visit.request.body
    for name, what in (("order_id", "an order"), ("user_id", "a customer")):
        if name in body:
            yield what, str(body[name])
    for item in body.get("items", ()):
        yield "a product", str(item["product_id"])


def _words(value: str) -> list[str]:
    return WORD.findall(value)


def _all_names(evidence: Evidence) -> str:
    return ", ".join(sorted({each.name for each in evidence.series})) or "none at all"
