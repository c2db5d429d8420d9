"""One service of the shop as a process of its own."""

import sys
from pathlib import Path
from time import monotonic, sleep

import httpx

from tests.stack.harness.process import Launch, Process
from whodunit.topology import BY_NAME

READY_WITHIN_S = 30.0
FLAGS = '{"flags": {}}'


class ServiceProcess:
    """`service` at http://127.0.0.1:`port`, with its log and its flags in `folder`; exports no telemetry."""

    def __init__(self, service: str, port: int, folder: Path, **environment: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.flags = folder / "flags.json"
        if not self.flags.exists():
            self.flags.write_text(FLAGS)
        settings = {
            "PORT": str(port),
            "FLAGD_RESOLVER": "file",
            "FLAGD_OFFLINE_FLAG_SOURCE_PATH": str(self.flags),
            "OTEL_SDK_DISABLED": "true",
        }
        command = [sys.executable, "-m", BY_NAME[service].target.partition(":")[0]]
        self.log = folder / f"{service}-{port}.log"
        self.process = Process(service, Launch(command, settings | environment, folder), self.log)

    def get(self, path: str) -> httpx.Response | None:
        """The answer; None when there is none."""
        try:
            return httpx.get(self.url + path, timeout=2.0, trust_env=False)
        except httpx.TransportError:
            return None

    def wait_for(self, path: str, status: int, within_s: float = READY_WITHIN_S) -> httpx.Response:
        """The first answer with this status."""
        deadline = monotonic() + within_s
        while monotonic() < deadline:
            answer = self.get(path)
            if answer is not None and answer.status_code == status:
                return answer
            sleep(0.05)
        raise AssertionError(f"{path} did not answer {status}:\n{self.process.last_words()}")

    def ended(self) -> int:
        """The exit code, once there is one."""
        deadline = monotonic() + READY_WITHIN_S
        while self.process.exit_code is None:
            assert monotonic() < deadline, f"it goes on:\n{self.process.last_words()}"
            sleep(0.05)
        return self.process.exit_code
