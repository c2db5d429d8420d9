"""Looks up in the telemetry the evidence that an answer cites."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.model import Scenario
from whodunit.incident.visit_check import VisitCheck
from whodunit.mystery.answer import Answer, words
from whodunit.mystery.looking import seen
from whodunit.strict_yaml.quantities import Strict
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.port import Telemetry, TelemetryError
from whodunit.telemetry.questions import LogQuery, SpanQuery, Window
from whodunit.topology import SERVICES

SLACK = timedelta(seconds=2)
"""The difference allowed between the clocks of programs and of the lab."""

EARLIER = timedelta(hours=1)
"""A log line that was also written in this time before the trouble is no evidence, unless it is a symptom."""

SHORTEST_TEXT = 12
MOST_RECORDS = 50


class Fact(Strict):
    """One piece of evidence: whether it exists, is from the time of the trouble, is of the component, and unusual."""

    exists: bool = False
    in_window: bool = False
    shows_component: bool = False
    shows_symptom: bool = False


class Facts(Strict):
    """The cited evidence by kind, None where none was cited; and the services that suffered in this run."""

    trace: Fact | None = None
    log: Fact | None = None
    metric: Fact | None = None
    suffering: list[str] | None = None
    """The services whose telemetry shows the trouble; None if it was not looked up."""


def gather(telemetry: Telemetry, scenario: Scenario, component: str, answer: Answer, window: Window) -> Facts:
    """Looks up the evidence that `answer` cites; `window` is the time of the trouble."""
    lookup = _Lookup(telemetry, scenario, component, window)
    return Facts(
        trace=lookup.trace(answer.trace) if answer.trace else None,
        log=lookup.log(answer.log) if answer.log else None,
        metric=lookup.metric(answer.metric) if answer.metric else None,
        suffering=suffering(telemetry, scenario, window),
    )


def suffering(telemetry: Telemetry, scenario: Scenario, window: Window) -> list[str]:
    """Services some of whose requests failed within `window`, or that showed an expected symptom."""
    names = {service.name for service in SERVICES}
    failing = {name for name in names if telemetry.spans(SpanQuery(service=name, status="error"), window, 1).count}
    told = (check for check in scenario.expect.checks if not isinstance(check, AlertCheck | VisitCheck))
    showing = {check.service for check in told if check.service in names - failing and seen(telemetry, check, window)}
    return sorted(failing | {name for name in showing if name})


class _Lookup:
    def __init__(self, telemetry: Telemetry, scenario: Scenario, component: str, window: Window) -> None:
        self._telemetry = telemetry
        self._scenario = scenario
        self._component = component
        self._window = window

    def trace(self, trace_id: str) -> Fact:
        spans = self._spans(trace_id)
        if not spans:
            return Fact()
        begun = min(span.start for span in spans)
        if not self._window.start - SLACK <= begun < self._window.end:
            return Fact(exists=True)
        return Fact(
            exists=True,
            in_window=True,
            shows_component=any(_is_about(span, self._component) for span in spans),
            shows_symptom=self._is_unusual(spans[0].trace_id),
        )

    def log(self, text: str) -> Fact:
        if len(text.strip()) < SHORTEST_TEXT:
            return Fact()
        before = self._records(text, Window(self._window.start - EARLIER, self._window.start - SLACK))
        records = self._records(text, self._window)
        is_symptom = any(self._is_expected(record) for record in records)
        return Fact(
            exists=bool(before or records),
            in_window=bool(records) and (is_symptom or not before),
            shows_component=any(record.service in speakers(self._component) for record in records),
            shows_symptom=is_symptom,
        )

    def metric(self, name: str) -> Fact:
        if name not in self._telemetry.metric_names():
            return Fact()
        checks = [check for check in self._scenario.expect.metrics if words(check.name) == words(name)]
        moved = [check for check in checks if seen(self._telemetry, check, self._window)]
        return Fact(
            exists=True,
            in_window=bool(moved),
            shows_component=any(check.service in (None, *speakers(self._component)) for check in moved),
            shows_symptom=bool(moved),
        )

    def _spans(self, trace_id: str) -> Sequence[Span]:
        try:
            return self._telemetry.trace(trace_id).sample
        except TelemetryError:
            return ()

    def _records(self, text: str, window: Window) -> Sequence[LogRecord]:
        return self._telemetry.logs(LogQuery(body_contains=text.strip()), window, MOST_RECORDS).sample

    def _is_unusual(self, trace_id: str) -> bool:
        expect = self._scenario.expect
        in_spans = (self._telemetry.spans(check.query(trace_id), self._window, 1).count for check in expect.spans)
        in_logs = (
            self._telemetry.logs(replace(check.query(), trace_id=trace_id), self._window, 1).count
            for check in expect.logs
        )
        return any(in_spans) or any(in_logs)

    def _is_expected(self, record: LogRecord) -> bool:
        return any(
            (check.body == record.body or bool(check.contains and check.contains in record.body))
            and check.service in (None, record.service)
            for check in self._scenario.expect.logs
        )


def _is_about(span: Span, component: str) -> bool:
    return span.service in speakers(component)


def speakers(component: str) -> frozenset[str]:
    """The services whose telemetry shows a component: itself, or its callers if it is external."""
    is_external = any(service.is_external for service in SERVICES if service.name == component)
    callers = (service.name for service in SERVICES if component in service.peers)
    return frozenset(callers if is_external else (component,))
