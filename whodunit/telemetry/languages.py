"""Raw queries, in the languages of the programs that hold the telemetry."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol
from urllib.parse import parse_qsl

from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.questions import Window
from whodunit.telemetry.stack.http import Program
from whodunit.telemetry.stack.jaeger import Jaeger
from whodunit.telemetry.stack.prometheus import moment
from whodunit.telemetry.stack.traces import spans_of, summary
from whodunit.telemetry.store.client import StoreClient

Row = dict[str, Any]


class Ask(Protocol):
    """Asks one program."""

    def __call__(self, text: str, window: Window | None = None, step_s: float | None = None, /) -> list[Row]:
        """The rows of a query as of a window's end, or of now; with a step, at each step of the window.

        SQL names its times itself, and has neither. Raises TelemetryError.
        """
        ...


Languages = Mapping[str, Ask]
"""By name, those that a shop's telemetry understands."""

_MOST_LINES = 200
_MOST_TRACES = 20
_NOTHING: Mapping[str, str] = {}


def of_store(url: str) -> Languages:
    """The store's SQL."""
    return {"sql": partial(_sql, StoreClient(url))}


def of_stack(entry_url: str, store_url: str | None) -> Languages:
    """PromQL, Jaeger's search, and for the log records LogQL, or SQL where a store keeps them in Loki's place."""
    of_logs = of_store(store_url) if store_url else {"logql": partial(logql, Program("Loki", entry_url))}
    return {
        **of_logs,
        "promql": partial(promql, Program("Prometheus", f"{entry_url}/prometheus")),
        "jaeger": partial(jaeger, Program("Jaeger", f"{entry_url}/jaeger")),
    }


def _sql(store: StoreClient, text: str, _window: Window | None = None, _step_s: float | None = None) -> list[Row]:
    return store.sql(text).as_dicts()


def promql(prometheus: Program, text: str, window: Window | None = None, step_s: float | None = None) -> list[Row]:
    """One row for each series, with a step one for each of its values; raises TelemetryError."""
    if window and step_s:
        asked = {"query": text, "start": moment(window.start), "end": moment(window.end), "step": f"{step_s:.3f}"}
        return _stepped(prometheus.data("/api/v1/query_range", asked)["result"])
    at = {"time": moment(window.end)} if window else _NOTHING
    data = prometheus.data("/api/v1/query", {"query": text, **at})
    if data["resultType"] in ("scalar", "string"):
        return [{"value": data["result"][1]}]
    return [{**each["metric"], "value": each.get("values") or each["value"][1]} for each in data["result"]]


def logql(loki: Program, text: str, window: Window | None = None, step_s: float | None = None) -> list[Row]:
    """The newest lines of the window or the last hour, or the numbers of an expression about them; raises
    TelemetryError.
    """
    within = {"start": moment(window.start), "end": moment(window.end)} if window else _NOTHING
    stepped = {"step": f"{step_s:.3f}s"} if step_s else _NOTHING
    data = loki.data("/loki/api/v1/query_range", {"query": text, "limit": _MOST_LINES, **within, **stepped})
    if data["resultType"] == "matrix":
        return _stepped(data["result"])
    return [{**each["stream"], "time": pair[0], "value": pair[1]} for each in data["result"] for pair in each["values"]]


def jaeger(program: Program, text: str, window: Window | None = None, _step_s: float | None = None) -> list[Row]:
    """The traces of a search that is written as its address, such as `service=order&minDuration=1s`; raises
    TelemetryError.
    """
    within = {"start": _microseconds(window.start), "end": _microseconds(window.end)} if window else _NOTHING
    typed = dict(parse_qsl(text))
    limit = min(_MOST_TRACES, _number(typed.get("limit", str(_MOST_TRACES))))
    found = Jaeger(program).search({**typed, **within, "limit": limit})
    return [vars(summary(spans_of(trace))) for trace in found]


def _number(limit: str) -> int:
    try:
        number = int(limit)
    except ValueError:
        number = 0
    if number < 1:
        raise RefusedQueryError(f"limit={limit} is no number of traces, from 1 to {_MOST_TRACES}.")
    return number


def _stepped(found: Sequence[Mapping[str, Any]]) -> list[Row]:
    return [
        {**each["metric"], "step": datetime.fromtimestamp(float(time), UTC).isoformat(), "value": value}
        for each in found
        for time, value in each["values"]
    ]


def _microseconds(at: datetime) -> str:
    return str(round(at.timestamp() * 1e6))
