"""The shop in lite mode as a user starts it: by its command, in a state folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

Json = dict[str, Any]

COMMAND_WITHIN_S = 600.0


class Shop:
    """`whodunit …` with a state folder and further environment."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self._environment = os.environ | {"WHODUNIT_HOME": str(home)} | environment

    def process(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        command = [str(Path(sys.executable).with_name("whodunit")), *arguments]
        return subprocess.run(  # noqa: S603  our own command
            command, env=self._environment, check=False, stdout=subprocess.PIPE, text=True, timeout=COMMAND_WITHIN_S
        )

    def run(self, *arguments: str, check: bool = True) -> str:
        """What the command prints; raises CalledProcessError when it does not exit with 0."""
        done = self.process(*arguments)
        if check:
            done.check_returncode()
        return done.stdout

    def json(self, *arguments: str, check: bool = True) -> Any:
        """The JSON that the command prints."""
        return json.loads(self.run(*arguments, "--json", check=check))

    def up(self) -> float:
        """Seconds from the command to everything ready."""
        start = perf_counter()
        self.run("up", "--json")
        return perf_counter() - start

    def down(self) -> None:
        """Stop everything."""
        self.run("down")

    def load(self, rates: dict[str, float], seconds: float) -> Json:
        """Drive open-loop load for so long; what the load generator saw over its last ten seconds."""
        journeys = [part for name, rate in rates.items() for part in ("--journey", f"{name}={rate}")]
        self.run("load", "start", *journeys, "--for", f"{seconds + 30:.0f}s")
        sleep(seconds)
        state: Json = self.json("load", "status")
        self.run("load", "stop")
        return state


@contextmanager
def open_shop(**environment: str) -> Iterator[Shop]:
    """A shop of its own, gone at the end."""
    with TemporaryDirectory() as folder:
        shop = Shop(Path(folder), **environment)
        try:
            yield shop
        finally:
            shop.run("down", check=False)
