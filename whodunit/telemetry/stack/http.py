"""Queries one program of the stack over HTTP, and turns failures into the port's errors."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from whodunit.telemetry.port import RefusedQueryError, TelemetryError

TIMEOUT_S = 10.0
_AWAY = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT})
_MOST_CHARACTERS = 500

Parameters = Mapping[str, str | int | Sequence[str]]


class Program:
    """One program, by its name for people and the address that its API stands below."""

    def __init__(self, name: str, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self.name = name
        self._url = url
        # Certificates are read for an https address only: that takes 25 ms.
        self._http = httpx.Client(
            base_url=url, timeout=TIMEOUT_S, trust_env=False, verify=url.startswith("https"), transport=transport
        )

    def get(self, path: str, parameters: Parameters, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON of the answer; None when there is nothing at `path`. Raises TelemetryError."""
        response = self._response(path, parameters, headers)
        if response.status_code == httpx.codes.NOT_FOUND and _reason(response):
            return None
        if response.status_code in _AWAY:
            raise self._away(f"{response.status_code} {response.reason_phrase}")
        if response.is_client_error:
            raise RefusedQueryError(f"{self.name}: {_reason(response) or response.status_code}")
        if response.is_error:
            raise TelemetryError(f"{self.name} could not answer: {_reason(response) or response.status_code}")
        return self._json(response)

    def data(self, path: str, parameters: Parameters, headers: Mapping[str, str] | None = None) -> Any:
        """The answer's `data`, which Prometheus and Loki have at each of their paths. Raises TelemetryError."""
        answer = self.get(path, parameters, headers)
        if not isinstance(answer, dict) or "data" not in answer:
            raise self._another()
        return answer["data"]

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _response(self, path: str, parameters: Parameters, headers: Mapping[str, str] | None) -> httpx.Response:
        try:
            return self._http.get(path, params=parameters, headers=headers)
        except httpx.TimeoutException as error:
            raise TelemetryError(
                f"{self.name} did not answer within {TIMEOUT_S:.0f} s. Ask for a shorter time, or wait: it is busy."
            ) from error
        except httpx.HTTPError as error:
            raise self._away(str(error)) from error

    def _away(self, why: str) -> TelemetryError:
        return TelemetryError(
            f"{self.name} at {self._url} does not answer ({why}). "
            f"It may be starting: docker compose ps {self.name.lower()}"
        )

    def _json(self, response: httpx.Response) -> Any:
        try:
            return response.json()
        except ValueError as error:
            raise self._another() from error

    def _another(self) -> TelemetryError:
        return TelemetryError(f"What answers at {self._url} is not {self.name}.")


def _reason(response: httpx.Response) -> str:
    """The program's own words about a failure; empty when a proxy answered for it."""
    try:
        body = response.json()
    except ValueError:
        is_page = "html" in response.headers.get("content-type", "")
        return "" if is_page else response.text.strip()[:_MOST_CHARACTERS]
    if isinstance(body, dict):
        errors = body.get("errors") or [{}]
        return str(body.get("error") or body.get("message") or errors[0].get("msg") or "")
    return str(body)
