"""Raw queries, in the languages of the programs that hold the telemetry of a target."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from whodunit.lab.target import StackTarget, Target
from whodunit.telemetry.stack.http import Program
from whodunit.telemetry.store.client import StoreClient

Ask = Callable[[str], list[dict[str, Any]]]
"""Rows of one query; raises TelemetryError."""

_MOST_LINES = 200


def languages(target: Target) -> Mapping[str, Ask]:
    """By name: SQL where there is a store, on the stack PromQL, and LogQL where Loki keeps the log records."""
    store_url = target.store_url
    found: dict[str, Ask] = {"sql": partial(_sql, store_url)} if store_url else {}
    if isinstance(target, StackTarget):
        entry = target.settings.entry_url
        found["promql"] = partial(promql, Program("Prometheus", f"{entry}/prometheus"))
        if not store_url:
            found["logql"] = partial(logql, Program("Loki", entry))
    return found


def _sql(url: str, text: str) -> list[dict[str, Any]]:
    return StoreClient(url).sql(text).as_dicts()


def promql(prometheus: Program, text: str) -> list[dict[str, Any]]:
    """The expression now: one row for each series; raises TelemetryError."""
    data = prometheus.data("/api/v1/query", {"query": text})
    if data["resultType"] in ("scalar", "string"):
        return [{"value": data["result"][1]}]
    return [{**each["metric"], "value": each.get("values") or each["value"][1]} for each in data["result"]]


def logql(loki: Program, text: str) -> list[dict[str, Any]]:
    """The newest lines of the last hour, or the numbers of an expression about them; raises TelemetryError."""
    data = loki.data("/loki/api/v1/query_range", {"query": text, "limit": _MOST_LINES})
    return [
        {**(each.get("stream") or each.get("metric", {})), "time": pair[0], "value": pair[1]}
        for each in data["result"]
        for pair in each["values"]
    ]
