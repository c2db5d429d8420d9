"""The shop in lite mode as a user starts it: by its command, in a state folder of its own."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import psutil

from bench.revision import HERE

Json = dict[str, Any]

COMMAND_WITHIN_S = 600.0
MEGABYTE = 1e6


class Shop:
    """`whodunit …` of a checkout, with a state folder and further environment."""

    def __init__(self, checkout: Path, home: Path, **environment: str) -> None:
        self.home = home
        self._checkout = checkout
        self._environment = os.environ | {"WHODUNIT_HOME": str(home)} | environment

    def process(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(  # noqa: S603  our own command
            [str(self._checkout / ".venv" / "bin" / "whodunit"), *arguments],
            cwd=self._checkout,  # its processes look for their modules there first
            env=self._environment,
            check=False,
            stdout=subprocess.PIPE,
            text=True,
            timeout=COMMAND_WITHIN_S,
        )

    def run(self, *arguments: str, check: bool = True) -> str:
        """The command's output; raises CalledProcessError when it does not exit with 0."""
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
        self.start_load(rates, seconds)
        sleep(seconds)
        state: Json = self.json("load", "status")
        self.run("load", "stop")
        return state

    def start_load(self, rates: dict[str, float], seconds: float) -> None:
        """Drive open-loop load, at least for so long."""
        journeys = [part for name, rate in rates.items() for part in ("--journey", f"{name}={rate}")]
        self.run("load", "start", *journeys, "--for", f"{seconds + 30:.0f}s")

    def processes(self) -> dict[str, psutil.Process]:
        """Everything that runs now, the load generator included, by name."""
        status = self.json("status")
        parts = {part["name"]: part["pid"] for part in [*status["services"], status["store"]]}
        parts |= {"lab": status["lab"]["pid"], "zygote": status["lab"]["zygote_pid"]}
        if status["load"]:
            parts["load generator"] = status["load"]["pid"]
        return {name: psutil.Process(pid) for name, pid in parts.items() if pid}


def used_s(processes: dict[str, psutil.Process]) -> dict[str, float]:
    """Processor time that each has taken since it began, in seconds."""
    times = {name: process.cpu_times() for name, process in processes.items()}
    return {name: float(each.user + each.system) for name, each in times.items()}


def resident_bytes(status: Json) -> int:
    """Proportional set size of shop, store, lab and zygote, without the load generator."""
    parts: list[Json] = [*status["services"], status["store"], status["lab"]]
    return sum(part.get("pss_bytes") or 0 for part in parts)


@contextmanager
def open_shop(checkout: Path = HERE, **environment: str) -> Iterator[Shop]:
    """A shop of its own, gone at the end."""
    with TemporaryDirectory() as folder:
        shop = Shop(checkout, Path(folder), **environment)
        try:
            yield shop
        finally:
            shop.run("down", check=False)
