"""Evaluates one check against the telemetry, and puts the outcome into words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.incident import recurrence
from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.check import Check
from whodunit.incident.evidence import AnyCheck, LogCheck, SpanCheck
from whodunit.incident.metric_check import COUNTS, Metric, MetricCheck, Recurrence, UnchangedMetric
from whodunit.incident.result import CheckResult, Proof
from whodunit.incident.visit_check import VisitCheck
from whodunit.incident.wording import bounds, number_of, shown
from whodunit.telemetry.answers import Span
from whodunit.telemetry.port import Telemetry, TelemetryError, UnanswerableError
from whodunit.telemetry.questions import Window

CANDIDATES = 20
"""How many matching spans are examined for the further spans that `in_trace_with` asks for."""


EXPECTED = ", expected "
"""Between what was seen and the bounds, in a message."""


class Shoppers(Protocol):
    """The source of the figures that the shoppers see: the load generator."""

    def visits(self) -> Mapping[str, float | None]:
        """Figures of the last ten seconds, by name; empty while nobody shops. Raises LabError."""


@dataclass(frozen=True)
class Observation:
    """The outcome of evaluating one check once; `value` is None when there is nothing to judge."""

    check: AnyCheck | UnchangedMetric
    value: float | None
    message: str
    proof: tuple[Proof, ...] = ()
    query: str = ""
    link: str = ""

    @property
    def held(self) -> bool:
        """True if the value lies within the check's bounds."""
        return self.value is not None and self.check.met_by(self.value)

    def result(self, *, passed: bool, seconds: float) -> CheckResult:
        """This observation as the check's result."""
        return CheckResult(
            id=self.check.id,
            signal=self.check.signal,
            title=self.check.title,
            passed=passed,
            observed=None if self.value is None else round(self.value, 4),
            message=self.message,
            seconds=seconds,
            proof=self.proof,
            query=self.query,
            link=self.link,
        )

    def absence(self, *, shown: bool, seconds: float) -> CheckResult:
        """This observation as the result of a check that must not hold; `shown` is true if it does."""
        result = self.result(passed=not shown, seconds=seconds)
        return replace(result, message=result.message.replace(EXPECTED, ", must not be ", 1))


def evaluate(
    telemetry: Telemetry,
    check: AnyCheck | UnchangedMetric,
    now: datetime,
    since: datetime | None,
    shoppers: Shoppers | None = None,
) -> Observation:
    """Evaluates one check once.

    Metrics are read over the check's sliding window, which begins no earlier than `since`; spans and log records
    from `since` on, or over the sliding window when it is None; alerts and visits as they stand now. A backend that
    cannot answer is an observation without value; one that never can raises UnanswerableError.
    """
    try:
        if isinstance(check, Metric):
            return _metric(telemetry, check, _sliding(check, now, since))
        if isinstance(check, AlertCheck):
            return _alerts(telemetry, check)
        if isinstance(check, VisitCheck):
            return _visits(shoppers, check)
        window = Window(since or now - timedelta(seconds=check.window), now)
        if isinstance(check, SpanCheck):
            return _spans(telemetry, check, window)
        return _logs(telemetry, check, window)
    except UnanswerableError:
        raise
    except TelemetryError as error:
        return Observation(check, None, f"the telemetry could not answer: {error}")


def _message(seen: str, check: Check) -> str:
    expected = bounds(check)
    return f"{seen}{EXPECTED}{expected}" if expected else seen


def _sliding(check: Metric, now: datetime, since: datetime | None) -> Window:
    start = now - timedelta(seconds=check.window)
    return Window(max(start, since) if since else start, now)


def _metric(telemetry: Telemetry, check: MetricCheck | UnchangedMetric, window: Window) -> Observation:
    if isinstance(check, MetricCheck) and check.recurs:
        return _recurring(telemetry, check, check.recurs, window)
    if few := _too_few(telemetry, check, window):
        return Observation(check, None, few)
    number = telemetry.number(check.query(), window)
    value = 0.0 if number.value is None and check.statistic in COUNTS else number.value
    whole = check.whole()
    if whole is not None:
        value = _share(value, telemetry.number(whole, window).value)
    proof: Proof = {
        "metric": check.name,
        "window": [window.start.isoformat(), window.end.isoformat()],
        "points": number.points,
        "trace_ids": list(number.exemplars[:3]),
    }
    return Observation(check, value, _metric_says(check, value), (proof,), number.query, number.link)


def _too_few(telemetry: Telemetry, check: Metric, window: Window) -> str:
    """Says that there are too few measurements for a number; empty if there are enough."""
    size = check.size()
    count = int(telemetry.number(size, window).value or 0) if size else check.measurements
    if count >= check.measurements:
        return ""
    return f"{counted(count, 'measurement')} of {check.name}: a number takes {check.measurements}"


def _share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _recurring(telemetry: Telemetry, check: MetricCheck, expected: Recurrence, window: Window) -> Observation:
    plot, onsets = recurrence.plotted(telemetry, check, window)
    found = recurrence.regular(onsets, expected)
    proof: Proof = {"metric": check.name, "onsets": [onset.isoformat() for onset in found]}
    message = recurrence.message(check, found, expected)
    return Observation(check, float(len(found)), message, (proof,), plot.query, plot.link)


def _metric_says(check: Metric, value: float | None) -> str:
    seen = "nothing recorded" if value is None else shown(value, in_seconds=check.in_seconds)
    return _message(f"{number_of(check)}: {seen}", check)


def _spans(telemetry: Telemetry, check: SpanCheck, window: Window) -> Observation:
    found = telemetry.spans(check.query(), window, CANDIDATES if check.in_trace_with else 3)
    count, sample = found.count, list(found.sample)
    if check.in_trace_with:
        sample = [span for span in sample if _has_companions(telemetry, check, span, window)]
        count = len(sample)
    proof: tuple[Proof, ...] = tuple(
        {"trace_id": span.trace_id, "span_id": span.span_id, "time": span.start.isoformat()} for span in sample[:3]
    )
    said = counted(count, "span", at_least=found.is_lower_bound)
    longest = f", longest {format_duration(max(span.duration_s for span in sample))}" if sample else ""
    return Observation(check, count, _message(f"{said}{longest}", check), proof, found.query, found.link)


def _has_companions(telemetry: Telemetry, check: SpanCheck, span: Span, window: Window) -> bool:
    """True if every further span that the check asks for is in the trace of `span`."""
    return all(telemetry.spans(other.query(span.trace_id), window, 1).count > 0 for other in check.in_trace_with)


def _logs(telemetry: Telemetry, check: LogCheck, window: Window) -> Observation:
    found = telemetry.logs(check.query(), window, 3)
    proof: tuple[Proof, ...] = tuple(
        {"time": record.time.isoformat(), "trace_id": record.trace_id, "span_id": record.span_id}
        for record in found.sample
    )
    message = _message(counted(found.count, "record", at_least=found.is_lower_bound), check)
    return Observation(check, found.count, message, proof, found.query, found.link)


def _alerts(telemetry: Telemetry, check: AlertCheck) -> Observation:
    listed = telemetry.alerts()
    found = [alert for alert in listed.alerts if check.matches(alert)]
    proof: tuple[Proof, ...] = tuple(
        {"alert": alert.name, "state": alert.state, "since": alert.since.isoformat(), "labels": dict(alert.labels)}
        for alert in found
    )
    names = f" ({', '.join(alert.name for alert in found)})" if found else ""
    message = _message(f"{len(found)} {check.state}{names}", check)
    link = next((alert.link for alert in found if alert.link), listed.link)
    return Observation(check, len(found), message, proof, listed.query, link)


def _visits(shoppers: Shoppers | None, check: VisitCheck) -> Observation:
    if shoppers is None:
        raise UnanswerableError(f"{check.id} needs the load generator, and there is none")
    value = shoppers.visits().get(check.figure)
    seen = "nothing" if value is None else shown(value, in_seconds=check.in_seconds)
    message = _message(f"{check.figure} of the load generator: {seen}", check)
    return Observation(check, value, message, ({"figure": check.figure},), "whodunit load status --json")
