"""The two adapters, each with its program or programs behind it, told the same minute."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from subprocess import Popen
from sys import executable
from time import monotonic, sleep

import httpx

from tests.stack.checkout_minute import tell
from tests.stack.harness.readiness import OWN_PORT
from tests.stack.harness.stack import native_stack
from tests.stack.otlp_minute import Minute
from whodunit.launcher.ports import Reservations
from whodunit.telemetry.answers import Number
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.telemetry.stack.adapter import StackTelemetry
from whodunit.telemetry.stack.http import Program
from whodunit.telemetry.stack.links import Links
from whodunit.telemetry.stack.loki import Loki
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.telemetry.store.client import StoreClient
from whodunit.telemetry.store.stored_logs import StoredLogs

PROGRAMS = ("prometheus", "jaeger", "otelcol")
CONTAINERS = ("otel-collector", "prometheus", "jaeger")
ARRIVES_WITHIN_S = 30.0
GRAFANA = "http://127.0.0.1:1/grafana"


@dataclass(frozen=True)
class Asked:
    """An adapter, what its programs were told and where, and how to run a metric's query again by hand."""

    telemetry: Telemetry
    minute: Minute
    otlp_url: str
    again: Callable[[Number, Window], float]
    beside: Telemetry | None = None
    """The store that gets the same, where it keeps the log records."""

    def window(self, start_s: float = 0.0, end_s: float = 59.0) -> Window:
        return Window(self.minute.at(start_s), self.minute.at(end_s))

    def number(
        self, name: str, statistic: Statistic, start_s: float = 0.0, end_s: float = 59.0, **more: object
    ) -> Number:
        return self.telemetry.number(MetricQuery(name, statistic, **more), self.window(start_s, end_s))  # type: ignore[arg-type]


@contextmanager
def store(folder: Path) -> Iterator[Asked]:
    minute = minute_told(cumulative=False)
    with Reservations() as reservations:
        port = reservations.take(21_000)
        environment = {"PORT": str(port), "STORE_FILE": str(folder / "telemetry.duckdb"), "LOG_LEVEL": "WARNING"}
        process = Popen([executable, "-m", "whodunit.store"], env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: _answers(f"{url}/readyz"), "the store")
            minute.send(url)
            with closing(StoreClient(url)) as client:
                yield Asked(StoreTelemetry(client), minute, url, lambda number, _: _sql_again(client, number))
        finally:
            process.terminate()
            process.wait()


@contextmanager
def stack(log_store: str) -> Iterator[Asked]:
    minute = minute_told(cumulative=True)
    with native_stack(LOG_STORE=log_store) as stack:
        stack.start([*CONTAINERS, log_store])
        prometheus, jaeger = stack.url("prometheus", 9090, "/prometheus"), stack.url("jaeger", 16686, "/jaeger")
        pages = Links(prometheus, jaeger, GRAFANA)
        loki, stored = Program("Loki", stack.url("loki", 3100)), StoreClient(stack.url("store", OWN_PORT))
        logs = Loki(loki, pages) if log_store == "loki" else StoredLogs(stored)
        with closing(StackTelemetry(prometheus, logs, jaeger, pages)) as telemetry:
            url = stack.url("otel-collector", 4318)
            minute.send(url)
            again = partial(promql_again, prometheus)
            yield Asked(telemetry, minute, url, again, StoreTelemetry(stored) if log_store == "store" else None)


def minute_told(*, cumulative: bool) -> Minute:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=90)
    minute = Minute(began, cumulative=cumulative)
    tell(minute)
    return minute


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _sql_again(client: StoreClient, number: Number) -> float:
    return float(client.sql(number.query).as_dicts()[0]["value"])


def promql_again(prometheus: str, number: Number, window: Window) -> float:
    parameters = {"query": number.query, "time": f"{window.end.timestamp():.3f}"}
    answer = httpx.get(f"{prometheus}/api/v1/query", params=parameters, trust_env=False).json()
    return float(answer["data"]["result"][0]["value"][1])


def until(holds: Callable[[], bool], what: str) -> None:
    give_up_at = monotonic() + ARRIVES_WITHIN_S
    while not holds():
        assert monotonic() < give_up_at, f"{what}: not there within {ARRIVES_WITHIN_S:g} s"
        sleep(0.2)
