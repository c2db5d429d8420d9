"""The HTTP client of the store, for all other processes: DuckDB lets one process alone open its file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from whodunit.telemetry.port import RefusedQueryError, TelemetryError

SQL_TIMEOUT_S = 35.0  # the store interrupts a statement after 30 s and says so itself


@dataclass(frozen=True)
class Rows:
    """The answer to a statement.

    Values are JSON's: timestamps are ISO-8601 text in UTC, maps are objects, lists are arrays.
    `truncated` is true if the store left out rows beyond its limit.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    truncated: bool = False

    def as_dicts(self) -> list[dict[str, Any]]:
        """Each row as an object, keyed by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class StoreClient:
    """Asks one store; every method raises `TelemetryError` when it is away or refuses."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url
        self._http = httpx.Client(base_url=url, timeout=SQL_TIMEOUT_S, trust_env=False, transport=transport)

    def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:
        """Run one read-only statement; `?` stands for a parameter (JSON values only)."""
        body = self._ask("POST", "/sql", {"sql": sql, "parameters": list(parameters)})
        return Rows(body["columns"], body["rows"], body["truncated"])

    def stats(self) -> dict[str, Any]:
        """The state of the store: rows per signal, bytes, rows queued and refused, rows per second."""
        return self._ask("GET", "/stats")

    def write_error(self) -> str | None:
        """The reason why the last rows could not be written; None when they were."""
        error: str | None = self.stats().get("write_error")
        return error

    def export(self, table: str, start: datetime, end: datetime) -> bytes:
        """The rows of one table between two moments, as a Parquet file."""
        within = {"start": start.isoformat(), "end": end.isoformat()}
        return self._request("GET", f"/telemetry/{table}", params=within).content

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _ask(self, method: str, path: str, json: object = None) -> dict[str, Any]:
        body: dict[str, Any] = self._request(method, path, json=json).json()
        return body

    def _request(
        self, method: str, path: str, *, json: object = None, params: dict[str, str] | None = None
    ) -> httpx.Response:
        try:
            response = self._http.request(method, path, json=json, params=params)
        except httpx.TransportError as error:
            raise TelemetryError(f"The store at {self._url} does not answer: {error}") from error
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise RefusedQueryError(_reason(response))
        if response.is_error:
            raise TelemetryError(_reason(response))
        return response


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"The store answered {response.status_code} {response.reason_phrase}."
