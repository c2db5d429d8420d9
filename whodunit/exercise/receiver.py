"""A backend that the check owns: the embedded store, in a thread, for as long as a learner's application runs."""

import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from whodunit.errors import LabError
from whodunit.exercise.evidence import LogLine, Series, Span, SpanId
from whodunit.store.app import create_app
from whodunit.store.inbox import Inbox
from whodunit.store.settings import StoreSettings
from whodunit.store.store import Store

LINGER_S = 0.02
STARTED_WITHIN_S = 20.0
POLL_S = 0.01
TRACES_PATH = "/v1/traces"
SIGNALS = ("spans", "metrics", "logs")

SPANS = """select trace_id, span_id, coalesce(parent_span_id, ''), name, kind, epoch_us(start_time), duration_s, status,
    attributes, attribute_types, links, events from spans order by start_time"""
LOGS = """select epoch_us(time), body, coalesce(trace_id, ''), coalesce(span_id, ''), attributes, severity
    from logs order by time"""
METRICS = "select name, count(distinct attributes) from metrics group by name order by name"
SERIES = """select name, unit, case when type <> 'sum' then type when monotonic then 'counter' else 'updowncounter' end,
    attributes, coalesce(count, 0), coalesce(bounds, []), coalesce(bucket_counts, []),
    coalesce(value, 0) from increases(timestamp '1970-01-01', timestamp '2200-01-01')"""


class Receiver:
    """Receives on a port of its own on loopback, and keeps everything in `folder` until it is left."""

    def __init__(self, folder: Path) -> None:
        settings = StoreSettings(port=0, store_file=folder / "telemetry.duckdb")
        self._store = Store(settings, inbox=Inbox(linger_s=LINGER_S))
        self._app = _Counted(create_app(self._store))
        config = uvicorn.Config(self._app, host="127.0.0.1", port=0, access_log=False, log_config=None)
        self._socket = config.bind_socket()
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    @property
    def url(self) -> str:
        """Its address, as OTEL_EXPORTER_OTLP_ENDPOINT takes it."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "Receiver":
        self._thread.start()
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise LabError("The check's own backend does not start.", "Try again: whodunit exercise check")
            time.sleep(POLL_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()

    @property
    def span_bytes(self) -> int:
        """The bytes of all requests with spans, as they were sent."""
        return self._app.received_bytes[TRACES_PATH]

    @property
    def span_batches(self) -> int:
        """How many requests with spans there were."""
        return self._app.requests[TRACES_PATH]

    def counts(self) -> dict[str, int]:
        """How much has come of each signal."""
        stats = self._store.stats()
        return {signal: int(stats[signal] or 0) for signal in SIGNALS}

    def metrics(self) -> dict[str, int]:
        """The metrics that have come, with the number of their series."""
        return dict(self._store.ask(METRICS).rows)

    def arrived(self) -> frozenset[str]:
        """The signals of which anything has come."""
        return frozenset(signal for signal, count in self.counts().items() if count)

    def spans(self) -> tuple[Span, ...]:
        """All spans by their start."""
        return tuple(_span(*row) for row in self._store.ask(SPANS).rows)

    def logs(self) -> tuple[LogLine, ...]:
        """All log records by time."""
        rows = self._store.ask(LOGS).rows
        return tuple(LogLine(at, body, SpanId(trace, span), *rest) for at, body, trace, span, *rest in rows)

    def series(self) -> tuple[Series, ...]:
        """Each metric by its attributes, with all that was added to it."""
        points: dict[tuple[str, str, str, str], list[list[Any]]] = defaultdict(list)
        for name, unit, kind, *rest in self._store.ask(SERIES).rows:
            points[name, unit or "", kind, json.dumps(rest[0], sort_keys=True)].append(rest)
        return tuple(_series(name, unit, kind, each) for (name, unit, kind, _), each in points.items())


@dataclass
class _Counted:
    """An application whose requests are measured."""

    app: ASGIApp
    received_bytes: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    """Both by path."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        self.requests[path] += 1

        async def measured() -> Message:
            message = await receive()
            self.received_bytes[path] += len(message.get("body", b""))
            return message

        await self.app(scope, measured, send)


def _span(
    trace: str, span: str, parent: str, name: str, kind: str, start_us: int, duration_s: float, status: str, *rest: Any
) -> Span:
    attributes, types, links, events = rest
    its = SpanId(trace, span)
    linked = [(SpanId(each["trace_id"], each["span_id"]), each.get("is_remote")) for each in json.loads(links)]
    to, local = tuple(each for each, _ in linked), tuple(each for each, is_remote in linked if is_remote is False)
    told = tuple({"event.name": each["name"], **each["attributes"]} for each in json.loads(events))
    return Span(its, parent, name, kind, start_us, duration_s, status, attributes, to, told, types, local)


def _series(name: str, unit: str, kind: str, points: list[list[Any]]) -> Series:
    attributes, _, bounds, _, _ = points[0]
    buckets = zip(*(counts for _, _, _, counts, _ in points), strict=False)
    count, value = sum(point[1] for point in points), sum(point[4] for point in points)
    return Series(name, unit, kind, attributes, count, tuple(bounds), tuple(sum(each) for each in buckets), value)
