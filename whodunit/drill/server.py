"""Runs a PostgreSQL server as a child, and ends it at once when this process is to end: the drill keeps nothing."""

import json
import os
import signal
import subprocess
import time

COMMAND = "DRILL_COMMAND"
"""The server's command and the user that it runs as, as JSON."""

POLL_S = 0.2


def main() -> None:
    """Exit with the server's exit code."""
    asked = json.loads(os.environ[COMMAND])
    server = subprocess.Popen(asked["command"], user=asked["user"])  # noqa: S603  the drill's own
    try:
        while server.poll() is None:
            time.sleep(POLL_S)  # a wait would not be broken off by the signal that the lifeline's thread raises
        raise SystemExit(server.returncode)
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGQUIT)
            server.wait()
