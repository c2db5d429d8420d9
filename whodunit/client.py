"""Speaks to the running lab, for the command line and everything else that is not the lab itself."""

import json
from types import TracebackType
from typing import Any

import httpx

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home

Json = dict[str, Any]


class LabClient:
    """The lab's HTTP API as methods. Answers are its JSON, unchanged; a refusal is a LabError."""

    def __init__(self, http: httpx.Client) -> None:
        """`http` has the lab's address as its base."""
        self._http = http

    @classmethod
    def connect(cls, home: Home, *, timeout_s: float = 10.0) -> "LabClient":
        """The lab that runs in `home`; raises LabError when none does."""
        url, pid = _address(home)
        # Plain HTTP on the loopback interface: no certificates to read, which takes 25 ms.
        client = cls(httpx.Client(base_url=url, timeout=timeout_s, trust_env=False, verify=False))  # noqa: S501
        try:
            client.ping(pid)
        except LabError:
            client.close()
            raise
        return client

    def ping(self, pid: int) -> None:
        """Raises LabError when nobody answers, or another lab than the one with that process id."""
        if self._json("GET", "/healthz").get("pid") != pid:
            raise not_running()

    def status(self) -> Json:
        """What runs where."""
        return self._json("GET", "/status")

    def shutdown(self) -> None:
        """Ask the lab to stop the shop and itself; returns at once."""
        self._ask("POST", "/shutdown")

    def faults(self) -> Any:
        """The catalogue of flags and what is in force."""
        return self._ask("GET", "/faults").json()

    def set_fault(self, flag: str, variant: str, seconds: float) -> None:
        """Put a variant in force for a number of seconds; it ends by itself."""
        self._ask("PUT", f"/faults/{flag}", {"variant": variant, "seconds": seconds})

    def clear_fault(self, flag: str | None = None) -> None:
        """End one activation, or all."""
        self._ask("DELETE", f"/faults/{flag}" if flag else "/faults")

    def reports(self) -> Any:
        """How many requests each variant in force affected, by service."""
        return self._ask("GET", "/reports").json()

    def start_load(self, spec: Json) -> Json:
        """Start load, in place of what runs."""
        return self._json("PUT", "/load", spec)

    def stop_load(self) -> None:
        """Stop the load, if any runs."""
        self._ask("DELETE", "/load")

    def load(self) -> Json:
        """What load runs, and what it sees."""
        return self._json("GET", "/load")

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def __enter__(self) -> "LabClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _json(self, method: str, path: str, body: Json | None = None) -> Json:
        answer: Json = self._ask(method, path, body).json()
        return answer

    def _ask(self, method: str, path: str, body: Json | None = None) -> httpx.Response:
        try:
            response = self._http.request(method, path, json=body)
        except httpx.TransportError as error:
            raise not_running() from error
        if response.is_error:
            raise _refusal(response)
        return response


def not_running() -> LabError:
    """There is no lab to speak to."""
    return LabError("The shop is not running.", "Start it: whodunit up")


def _address(home: Home) -> tuple[str, int]:
    try:
        lab = json.loads(home.lab_file.read_text())
        return str(lab["url"]), int(lab["lab"]["pid"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise not_running() from error


def _refusal(response: httpx.Response) -> LabError:
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    message = problem.get("detail") or problem.get("title") or f"The lab answered {response.status_code}."
    if response.is_client_error:
        return WrongUseError(message, problem.get("hint") or "See: whodunit --help")
    return LabError(message, problem.get("hint") or "Its log says more: logs/lab.log in the state folder.")
