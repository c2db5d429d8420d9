"""Starts and stops the load generator, one at a time, and reports its results."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from whodunit.errors import WrongUseError
from whodunit.home import Home, unwritable
from whodunit.lab.answers import LoadState
from whodunit.load.spec import LoadSpec, missing

NAME = "load-generator"
STOP_WITHIN_S = 4.0

Json = dict[str, Any]

SEALED: Json = {"sealed": True}
"""All that is told of a load that belongs to a mystery."""


class LoadRunner:
    """The load generator is a process whose standard input is a pipe from here: it ends when the lab does."""

    def __init__(
        self,
        home: Home,
        frontend_url: str,
        store_url: str,
        open_nodes: Callable[[], None],
        protocol: str = "http/protobuf",
    ) -> None:
        """It visits `frontend_url` and sends its traces and log lines to `store_url` by OTLP's `protocol`.

        `open_nodes` is called before visitors come who look at their histories; raises LabError if they cannot.
        """
        self._home = home
        self._frontend_url = frontend_url
        self._store_url = store_url
        self._protocol = protocol
        self._open_nodes = open_nodes
        self._process: subprocess.Popen[bytes] | None = None
        self._spec: Json = {}
        self._visits_nodes = False

    def start(self, spec: Json) -> None:
        """Start load in place of what runs; raises WrongUseError for an invalid spec, LabError if it cannot start."""
        wanted = _checked(spec)
        if wanted.visits_nodes:
            self._open_nodes()
        self.stop()
        self._spec, self._visits_nodes = wanted.model_dump(mode="json"), wanted.visits_nodes
        try:
            self._forget_last_run()
            self._process = self._spawn(wanted)
        except OSError as error:
            raise unwritable(self._home, error) from error

    def stop(self) -> None:
        """Stop the load, if any runs; its result has been written when this returns."""
        if self._process is None or self._process.stdin is None:
            return
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def renew_nodes(self) -> None:
        """Have nodes stay while visitors come who look at their histories; raises LabError if they cannot."""
        if self.needs_nodes:
            self._open_nodes()

    @property
    def needs_nodes(self) -> bool:
        """True while visitors come who look at their histories."""
        return self._visits_nodes and self._process is not None and self._process.poll() is None

    def state(self) -> LoadState | None:
        """The load that runs or ran last: `running`, `pid`, `exit_code`, `spec`, `log`, and the latest `stats`.

        None when this lab has not started any load.
        """
        if self._process is None:
            return None
        exit_code = self._process.poll()
        return {
            "running": exit_code is None,
            "pid": self._process.pid if exit_code is None else None,
            "exit_code": exit_code,
            "spec": SEALED if self._spec["sealed"] else self._spec,
            "log": str(self._log),
            "stats": _read(self._home.load_dir / "stats.json"),
        }

    @property
    def _log(self) -> Path:
        return self._home.logs_dir / f"{NAME}.log"

    def _forget_last_run(self) -> None:
        self._home.create()
        for name in ("stats.json", "result.json"):
            (self._home.load_dir / name).unlink(missing_ok=True)

    def _spawn(self, spec: LoadSpec) -> subprocess.Popen[bytes]:
        """The load is written to its standard input: what a mystery drives must not stand in a list of processes."""
        command = [sys.executable, "-m", "loadgen", "-"]
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  our own program
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=self._environment()
            )
        if process.stdin:
            process.stdin.write(spec.model_dump_json().encode() + b"\n")
            process.stdin.flush()
        return process

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LOADGEN_TARGET": self._frontend_url,
            "LOADGEN_FOLDER": str(self._home.load_dir),
            "OTEL_SERVICE_NAME": NAME,
            "OTEL_EXPORTER_OTLP_ENDPOINT": self._store_url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": self._protocol,
            "OTEL_BSP_SCHEDULE_DELAY": "1000",
            "OTEL_BLRP_SCHEDULE_DELAY": "1000",
            "OTEL_BSP_MAX_QUEUE_SIZE": "16384",
        }


def _checked(spec: Json) -> LoadSpec:
    try:
        wanted = LoadSpec.model_validate(spec)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))} {each['msg']}".strip() for each in error.errors())
        raise WrongUseError(f"The load is invalid: {wrong}.", "See: whodunit load start --help") from error
    if wanted.browsers and (absent := missing()):
        raise WrongUseError("Nobody can come with a browser.", absent)
    return wanted


def _read(path: Path) -> Json | None:
    try:
        document: Json = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document
