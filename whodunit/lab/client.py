"""The typed client of the lab's API, for the command line and everything else outside the lab."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import Any, cast
from urllib.parse import quote

import httpx

from whodunit.errors import LabError
from whodunit.faults.flagfile import Schedule
from whodunit.home import Home, damaged, unreadable
from whodunit.lab import identity
from whodunit.lab.answers import LabStatus, LoadState
from whodunit.lab.requests import Json, Requests
from whodunit.lab.run_answers import HostedRun, RecordedRun

LOG = "logs/lab.log in the state folder, or docker compose logs lab"

AUDIT_WITHIN_S = 60.0
"""For reading the books, once the orders have settled."""

LOAD_WITHIN_S = 40.0
"""For load to start: visitors who look at their histories wait for the nodes, which make their rows the first time."""

MYSTERY_WITHIN_S = 60.0
"""For reading all scenarios, or for looking up all evidence."""


OPEN_WITHIN_S = 120.0
"""For a recorded run to be opened or closed, after others."""


class LabTimeout(LabError):
    """The lab has not answered in time."""

    def __init__(self) -> None:
        super().__init__(
            "The lab has not answered in time, and may still be working on it.",
            f"Ask again in a minute. Its log shows what it does: {LOG}.",
        )


class LabClient:
    """The lab's HTTP API as methods. Answers are its JSON, unchanged; a refusal is a LabError."""

    def __init__(self, http: httpx.Client, away: Callable[[], LabError] | None = None) -> None:
        """`http` has the lab's address as its base; `away` makes the error for when no lab answers there."""
        self._requests = Requests(http, "The lab", LOG, away or not_running, LabTimeout)

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

    @classmethod
    def through(cls, entry_url: str, token: str | None, *, timeout_s: float = 15.0) -> "LabClient":
        """The lab of the stack behind `entry_url`; the leader's `token` goes with every request."""
        headers = {"Authorization": f"Bearer {token}"} if token else None
        http = httpx.Client(base_url=f"{entry_url}/lab", headers=headers, timeout=timeout_s, trust_env=False)
        return cls(http, lambda: no_stack(entry_url))

    def ping(self, pid: int) -> None:
        """Raises LabError when no lab answers, or one with another process id."""
        if self._requests.json("GET", "/healthz").get("pid") != pid:
            raise not_running()

    def pin(self) -> None:
        """Speak to this very lab from now on: raise LabError when another one answers at its address."""
        self._requests.http.headers[identity.HEADER] = str(self.health().get("id"))
        self._requests.away = closed

    def is_there(self) -> None:
        """Raises LabError when the lab is gone; one that is too busy to answer is there."""
        with suppress(LabTimeout):
            self.health()

    def health(self) -> Json:
        """Its `id`, `pid` and `mode`."""
        return self._requests.json("GET", "/healthz")

    def is_ready(self) -> bool:
        """True if every program that it watches is ready."""
        try:
            return self._requests.http.get("/readyz").is_success
        except httpx.TransportError as error:
            raise self._requests.away() from error

    def status(self) -> LabStatus:
        """The address and the state of each program."""
        return cast("LabStatus", self._requests.json("GET", "/status"))

    def shutdown(self) -> None:
        """Ask the lab to stop the shop and itself; returns at once."""
        self._requests.ask("POST", "/shutdown")

    def faults(self) -> Any:
        """The catalogue of flags and what is in force."""
        return self._requests.ask("GET", "/faults").json()

    def set_fault(self, flag: str, variant: str, seconds: float, schedule: Schedule | None = None) -> None:
        """Put a variant in force for a number of seconds; it ends by itself, and with a schedule comes and goes."""
        comes = {"schedule": asdict(schedule)} if schedule else {}
        self._requests.ask("PUT", f"/faults/{flag}", {"variant": variant, "seconds": seconds} | comes)

    def clear_fault(self, flag: str | None = None) -> None:
        """End one activation, or all."""
        self._requests.ask("DELETE", f"/faults/{flag}" if flag else "/faults")

    def reports(self) -> Any:
        """The number of requests that each variant in force affected, by service."""
        return self._requests.ask("GET", "/reports").json()

    def start_load(self, spec: Json) -> Json:
        """Start load, in place of what runs."""
        started: Json = self._requests.ask("PUT", "/load", spec, timeout_s=LOAD_WITHIN_S).json()
        return started

    def stop_load(self) -> None:
        """Stop the load, if any runs."""
        self._requests.ask("DELETE", "/load")

    def load(self) -> LoadState | None:
        """The load that runs, and its results so far."""
        return cast("LoadState | None", self._requests.ask("GET", "/load").json())

    def alerts(self) -> Json:
        """Alerts that are pending or firing."""
        return self._requests.json("GET", "/alerts")

    def pages(self) -> Json:
        """The pages that alerts have caused, oldest first."""
        return self._requests.json("GET", "/pages")

    def acknowledge(self, page: str | None) -> Json:
        """Acknowledge one page, or all that wait; answers them."""
        answer: Json = self._requests.ask("POST", f"/pages/{page}/acknowledge" if page else "/pages/acknowledge").json()
        return answer

    def forget(self) -> None:
        """Delete all telemetry so far."""
        self._requests.ask("DELETE", "/telemetry")

    def audit(self, settle_s: float) -> Json:
        """The findings about money, goods and orders, and whether all promises were `held`."""
        answer: Json = self._requests.ask(
            "GET", f"/audit?settle={settle_s:g}", timeout_s=settle_s + AUDIT_WITHIN_S
        ).json()
        return answer

    def mystery(self, method: str, path: str = "", body: Json | None = None) -> Json:
        """One request about the mystery that runs, under `/mystery`."""
        answer: Json = self._requests.ask(method, f"/mystery{path}", body, timeout_s=MYSTERY_WITHIN_S).json()
        return answer

    def hosted_run(self) -> HostedRun | None:
        """The run that the lab has started, as far as it has come; None when there was none."""
        return cast("HostedRun | None", self._requests.json("GET", "/verification")["run"])

    def start_run(self, case: str, *, remedies: bool) -> None:
        """Have the lab run a case of the list."""
        self._requests.ask("POST", "/verification", {"case": case, "remedies": remedies})

    def follow_run(self, case: str) -> None:
        """Have the lab tell of the run that a terminal of its machine has announced, as of one of its own."""
        self._requests.ask("POST", "/verification", {"case": case, "follow": True})

    def stop_run(self) -> None:
        """Ask the run that the lab has started to stop; returns at once."""
        self._requests.ask("DELETE", "/verification")

    def runs(self, case: str) -> list[RecordedRun]:
        """The recorded runs of a case, the newest first; those that the lab has opened have a desk."""
        return cast("list[RecordedRun]", self._requests.json("GET", f"/runs?case={quote(case)}")["runs"])

    def open_run(self, case: str, run: str) -> None:
        """Have the lab replay a recorded run beside the shop; returns when its pages answer."""
        self._requests.ask("POST", "/runs/open", {"case": case, "run": run}, timeout_s=OPEN_WITHIN_S)

    def close_run(self, case: str, run: str) -> None:
        """End the replay of a recorded run."""
        self._requests.ask("POST", "/runs/close", {"case": case, "run": run}, timeout_s=OPEN_WITHIN_S)

    def classroom(self, method: str = "GET", path: str = "", body: Json | None = None) -> Json:
        """One request about the class that this lab leads or attends, under `/classroom`."""
        answer: Json = self._requests.ask(method, f"/classroom{path}", body, timeout_s=MYSTERY_WITHIN_S).json()
        return answer

    def class_results(self) -> str:
        """The results of the class that has ended, as CSV."""
        return self._requests.ask("GET", "/classroom/results.csv", timeout_s=MYSTERY_WITHIN_S).text

    def close(self) -> None:
        """Close the connections."""
        self._requests.http.close()

    def __enter__(self) -> "LabClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def not_running() -> LabError:
    """The error for when no lab runs."""
    return LabError("The shop is not running.", "Start it: whodunit up")


def closed() -> LabError:
    """The error for when the lab that was pinned has ended."""
    return LabError(
        "The shop has been closed meanwhile.",
        "Nothing more was changed. Open it again: whodunit up, or docker compose up",
    )


def no_stack(entry_url: str) -> LabError:
    """The error for when no stack answers at that address."""
    return LabError(
        f"No stack answers at {entry_url}.",
        "Start it: docker compose up · it is elsewhere: export WHODUNIT_URL=http://…",
    )


def _address(home: Home) -> tuple[str, int]:
    try:
        lab = json.loads(home.lab_file.read_text())
        return str(lab["url"]), int(lab["lab"]["pid"])
    except PermissionError as error:
        raise unreadable(home, error) from error
    except OSError as error:
        raise not_running() from error
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(home) from error
