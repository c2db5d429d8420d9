"""A second instance of a service, of the next release, beside the one that serves: its canary.

`SERVICE-deployment` with the variant `canary` starts it, as a child of the first instance and on the same port. The
kernel gives each new connection to one of the two (SO_REUSEPORT, as Linux knows it). `SERVICE-drain` takes it away.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CANARY = "canary"
"""The variant of a deployment that reaches the second instance alone."""

STOP_WITHIN_S = 5.0

CLOSE = (b"connection", b"close")


class Companion:
    """The second instance of a service that is started by `module`; this process is the first one.

    Its standard input is its lifeline: it ends in order when that is closed, by `keep` or by the end of this process.
    """

    def __init__(self, module: str) -> None:
        self._command = (sys.executable, "-m", module)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        """True from its start until it is told to end."""
        return self._process is not None

    def keep(self, wanted: bool) -> None:
        """Have it run, again if it has ended, or not run."""
        if not wanted:
            self.close()
        elif self._process is None:
            self._process = self._start({})
        elif (code := self._process.poll()) is not None:
            self._process = self._start({"LAST_EXIT": f"exit code {code}"})

    def dismiss(self) -> None:
        """Tell it to end."""
        if self._process and self._process.stdin:
            self._process.stdin.close()

    def close(self) -> None:
        """Tell it to end, and wait for its end."""
        self.dismiss()
        ending, self._process = self._process, None
        if ending is None:
            return
        with suppress(subprocess.TimeoutExpired):
            ending.wait(STOP_WITHIN_S)
        ending.kill()
        ending.wait()

    def _start(self, told: dict[str, str]) -> subprocess.Popen[bytes]:
        own = {name: value for name, value in os.environ.items() if name != "LAST_EXIT"}
        return subprocess.Popen(self._command, env={**own, **told, "IS_CANARY": "true"}, stdin=subprocess.PIPE)  # noqa: S603  our own program


def end_with_parent(end: Callable[[], None]) -> None:
    """Call `end`, in a thread, when the first instance closes the lifeline or is gone."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        end()

    Thread(target=wait, name="lifeline", daemon=True).start()


class Balanced:
    """`app`, whose connections are closed after each answer while it `shares` its port.

    Callers keep few connections for long: what one of them asks would go to one and the same instance all the time.
    """

    def __init__(self, app: ASGIApp, shares: Callable[[], bool]) -> None:
        self._app = app
        self._shares = shares

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's lifespan."""

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), CLOSE]
            await send(message)

        await self._app(scope, receive, send_and_close if self._shares() else send)
