"""Runs a learner's application in a process of its own, and makes the exercise's requests."""

import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from whodunit.errors import LabError
from whodunit.exercise.catalogue import Request
from whodunit.exercise.evidence import Visit
from whodunit.launcher import as_typed
from whodunit.launcher.inherited import inherited
from whodunit.launcher.ports import Reservations
from whodunit.reading import decoded

FIRST_PORT = 21_700
READY_WITHIN_S = 60.0
ANSWER_WITHIN_S = 30.0
ENDS_WITHIN_S = 60.0
LOCKED_WITHIN_S = 2.0
POLL_S = 0.02
TRACEBACK = "Traceback (most recent call last):"

INSTALL = (
    "Applications run in whodunit's own Python; the instrumentation of Flask is in an extra: "
    f'{sys.executable} -m pip install "whodunit[exercises]" (with uvx: --from "WHEEL[exercises]")'
)

QUICKLY = {
    "OTEL_BSP_SCHEDULE_DELAY": "500",
    "OTEL_BLRP_SCHEDULE_DELAY": "500",
    "OTEL_METRIC_EXPORT_INTERVAL": "1000",
    "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
    "OTEL_EXPORTER_OTLP_TIMEOUT": "3",
    "OTEL_SEMCONV_STABILITY_OPT_IN": "http,database",
    "NO_PROXY": "127.0.0.1",
}
"""What the application finds in its environment besides an endpoint: telemetry goes out soon, by stable names."""


@dataclass(frozen=True)
class Serving:
    """An application that runs: its process, and a way to make requests."""

    pid: int
    visit: Callable[[Request], Visit]


@dataclass(frozen=True)
class Application:
    """The application in `folder`; `place` is a temporary folder for its data and its output."""

    folder: Path
    place: Path

    @property
    def database(self) -> Path:
        """The file that it is told to keep its data in."""
        return self.place / "app.db"

    @property
    def exceptions(self) -> list[str]:
        """The exception at the end of each traceback that it has printed."""
        _, *printed = decoded(self._log.read_bytes()).split(TRACEBACK)
        return [next((line for line in frames.splitlines() if line[:1].strip()), "") for frames in printed]

    @property
    def raised(self) -> str:
        """The last of them; empty when there is none."""
        return next(reversed(self.exceptions), "")

    def visited(self, requests: Sequence[Request], variables: Mapping[str, str]) -> tuple[Visit, ...]:
        """Start it, make the requests one after another, and end it.

        Raises LabError when it does not start, answer or end.
        """
        with self.serving(variables) as serving:
            return tuple(serving.visit(request) for request in requests)

    @contextmanager
    def serving(self, variables: Mapping[str, str]) -> Iterator[Serving]:
        """Start it, and end it afterwards; raises LabError when it does not."""
        with Reservations() as reservations:
            port = reservations.take(FIRST_PORT)
            with self._running(port, variables) as process, _client(port) as client:
                self._until_ready(process, port)
                yield Serving(process.pid, lambda request: self._visit(client, request))

    @contextmanager
    def _running(self, port: int, variables: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
        environment = inherited(os.environ) | QUICKLY | dict(variables)
        environment |= {"PORT": str(port), "DATABASE": str(self.database), "PYTHONUNBUFFERED": "1"}
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  the learner's own program
                [sys.executable, as_typed.__file__, as_typed.MAIN],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        try:
            yield process
            self._end(process)
        finally:
            process.kill()
            process.communicate()

    @property
    def _log(self) -> Path:
        return self.place / "app.log"

    def _until_ready(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while not listens(port):
            if process.poll() is not None:
                raise self._ended(process.returncode)
            if time.monotonic() > deadline:
                raise LabError(f"Nothing listens on the port of PORT after {READY_WITHIN_S:.0f} s.", self._try_it)
            time.sleep(POLL_S)

    def _ended(self, code: int) -> LabError:
        words = self.raised or self._last_words()
        if code == 0:
            told = f"The application came to its end without listening on the port of PORT: {words}"
            return LabError(told, f"`main.py` has to serve until it is told to end. {self._try_it}")
        hint = INSTALL if "No module named 'opentelemetry" in words else self._try_it
        return LabError(f"The application ended at once: {words}", hint)

    def _visit(self, client: httpx.Client, request: Request) -> Visit:
        trace_id, span_id = secrets.token_hex(16), secrets.token_hex(8)
        headers = {**request.headers, "traceparent": f"00-{trace_id}-{span_id}-01"}
        sent: dict[str, Any] = {"data": request.form or None, "json": request.body or None}
        try:
            with locked(self.database) if request.while_locked else nullcontext():
                answer = client.request(request.method, request.path, headers=headers, **sent)
        except httpx.HTTPError as error:
            asked = f"{request.method} {request.path}"
            raise LabError(f"No answer to {asked} ({error}): {self._last_words()}", self._try_it) from error
        return Visit(request, trace_id, answer.status_code, answer.text, span_id)

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin  # noqa: S101  a pipe
        process.stdin.close()
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            raise LabError(
                f"The application was told to end as by Ctrl-C, and still runs {ENDS_WITHIN_S:.0f} s later.",
                "Something keeps it alive: a thread without daemon=True, a join() or a shutdown() that waits for what "
                "never ends, or a KeyboardInterrupt that is caught.",
            ) from None
        finally:
            process.stdin = None

    @property
    def _try_it(self) -> str:
        return f"Run it by hand, and look at what it prints: cd {self.folder} && {sys.executable} {as_typed.MAIN}"

    def _last_words(self) -> str:
        lines = decoded(self._log.read_bytes()).splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")


def _client(port: int) -> httpx.Client:
    """A connection for each request: uvicorn closes the one on which an exception was answered with 500."""
    url, limits = f"http://127.0.0.1:{port}", httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(base_url=url, timeout=ANSWER_WITHIN_S, trust_env=False, limits=limits)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Nobody else can write to the SQLite database meanwhile. Raises LabError when somebody does not let go of it."""
    with closing(sqlite3.connect(file, LOCKED_WITHIN_S, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            hint = "End each transaction when its request is answered, and keep the data in the file of DATABASE."
            told = f"The application does not let go of its database between requests: {error}."
            raise LabError(told, hint) from error
        yield


def listens(port: int) -> bool:
    """True if somebody listens on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
