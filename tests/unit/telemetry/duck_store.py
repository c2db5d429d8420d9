"""A store in memory: the real tables and real SQL, without processes and HTTP."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import duckdb

from whodunit.store.client import Rows
from whodunit.store.schema import TABLES
from whodunit.telemetry.port import RefusedQueryError, Window

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = Window(NOON, NOON + timedelta(minutes=1))


def at(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


class DuckStore:
    """What `StoreClient` is to its users; `span`, `log` and the like put a row in, times in seconds after noon."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()
        self._ids = count(1)
        self._services: dict[str, int] = {}
        for table in TABLES:
            self._connection.execute(table.create)

    def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:
        try:
            result = self._connection.execute(sql, list(parameters))
        except duckdb.Error as error:
            raise RefusedQueryError(str(error)) from error
        columns = [column[0] for column in result.description or []]
        return Rows(columns, [[_json(value) for value in row] for row in result.fetchall()])

    def span(self, name: str, service: str, start_s: float, duration_s: float, **fields: Any) -> str:
        """Put a span in; its id."""
        span_id = fields.pop("span_id", None) or f"{next(self._ids):016x}"
        row = {
            "trace_id": f"{1:032x}",
            "parent_span_id": None,
            "kind": "internal",
            "status": "unset",
            "status_message": "",
            "attributes": {},
            "scope": "shop",
        } | fields
        row["events"] = json.dumps(row.get("events", []))
        start = at(start_s)
        self._insert(
            "spans", service, row | {"span_id": span_id, "name": name, "start_time": start, "duration_s": duration_s}
        )
        return str(span_id)

    def log(self, body: str, service: str, time_s: float, severity: str = "INFO", **fields: Any) -> None:
        numbers = {"DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17}
        row = {"time": at(time_s), "body": body, "severity": severity, "severity_number": numbers[severity]}
        self._insert("logs", service, {"attributes": {}} | row | fields)

    def gauge(self, name: str, service: str, time_s: float, value: float, **fields: Any) -> None:
        self._metric(name, service, time_s, {"type": "gauge", "value": value} | fields)

    def counter(self, name: str, service: str, time_s: float, increase: float, **fields: Any) -> None:
        kind = {"type": "sum", "temporality": "delta", "monotonic": True, "value": increase}
        self._metric(name, service, time_s, kind | fields)

    def histogram(
        self, name: str, service: str, time_s: float, counts: Sequence[int], bounds: Sequence[float], **fields: Any
    ) -> None:
        kind = {"type": "histogram", "temporality": "delta", "unit": "s", "bounds": list(bounds)}
        filled = {"bucket_counts": list(counts), "count": sum(counts), "sum": float(sum(counts))}
        self._metric(name, service, time_s, kind | filled | fields)

    def _metric(self, name: str, service: str, time_s: float, fields: dict[str, Any]) -> None:
        exemplars = json.dumps(fields.pop("exemplars", []))
        row = {"name": name, "time": at(time_s), "start_time": at(time_s - 5), "unit": "", "attributes": {}}
        self._insert("metrics", service, row | fields | {"exemplars": exemplars})

    def _insert(self, table: str, service: str, row: Mapping[str, Any]) -> None:
        filled = {"resource_id": self._resource(service), "service": service} | dict(row)
        values = [_duckdb(value) for value in filled.values()]
        marks = ", ".join("?" for _ in values)
        self._connection.execute(f"INSERT INTO {table} ({', '.join(filled)}) VALUES ({marks})", values)

    def _resource(self, service: str) -> int:
        if service not in self._services:
            number = self._services[service] = len(self._services) + 1
            self._connection.execute(
                "INSERT INTO resources (resource_id, service, first_seen) VALUES (?, ?, ?)",
                [number, service, _duckdb(NOON)],
            )
        return self._services[service]


def _duckdb(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, dict):
        return duckdb_map(value)
    return value


def duckdb_map(value: Mapping[str, str]) -> dict[str, list[str]]:
    """How DuckDB takes a map for a parameter."""
    return {"key": list(value), "value": list(value.values())}


def _json(value: object) -> object:
    return value.replace(tzinfo=UTC).isoformat() if isinstance(value, datetime) else value
