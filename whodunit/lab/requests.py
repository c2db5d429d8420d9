"""Requests to a program of the lab's: its silence and its refusals become LabErrors."""

from collections.abc import Callable
from typing import Any

import httpx

from whodunit.errors import LabError, WrongUseError
from whodunit.lab import identity

Json = dict[str, Any]


class Requests:
    """Answers that are no error. `away` makes the error for when nobody answers, `late` for when it takes too long."""

    def __init__(
        self, http: httpx.Client, name: str, log: str, away: Callable[[], LabError], late: Callable[[], LabError]
    ) -> None:
        """`http` has the program's address as its base; `log` says where its log is."""
        self.http = http
        self.away = away
        self._name, self._log, self._late = name, log, late

    def ask(self, method: str, path: str, body: Json | None = None, timeout_s: float | None = None) -> httpx.Response:
        """The answer to one request; raises LabError, and WrongUseError for a request that is refused."""
        timeout = httpx.USE_CLIENT_DEFAULT if timeout_s is None else timeout_s
        try:
            response = self.http.request(method, path, json=body, timeout=timeout)
        except httpx.ReadTimeout as error:
            raise self._late() from error
        except httpx.TransportError as error:
            raise self.away() from error
        if response.status_code == identity.MISDIRECTED:
            raise self.away()
        if response.is_error:
            raise self._refusal(response)
        return response

    def json(self, method: str, path: str, body: Json | None = None) -> Json:
        """The answer's JSON."""
        answer: Json = self.ask(method, path, body).json()
        return answer

    def _refusal(self, response: httpx.Response) -> LabError:
        try:
            problem = response.json()
        except ValueError:
            problem = {}
        message = problem.get("detail") or problem.get("title") or f"{self._name} answered {response.status_code}."
        if response.is_client_error:
            return WrongUseError(message, problem.get("hint") or "See: whodunit --help")
        return LabError(message, problem.get("hint") or f"More is in its log: {self._log}.")
