"""The stack's containers, where `docker compose up` runs: a warm start, and memory by container."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import NamedTuple

import httpx

COMMAND_WITHIN_S = 180.0
OPEN_WITHIN_S = 180.0
UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


STUB = "whodunit.stub=true"
"""The label of an image that only answers like its program (tests/compose/stand_ins)."""


class Containers(NamedTuple):
    """Seconds from `start` to the first order, once stopped; and bytes by service, None for what is a stub here."""

    warm_s: float
    memory_bytes: dict[str, float | None]


def run() -> bool:
    """True if the containers of this project run."""
    try:
        return bool(_compose("ps", "--services", "--status", "running").split())
    except (OSError, subprocess.SubprocessError):
        return False


def restart() -> float:
    """Stop and start them all; seconds from the start to the first order. Raises TimeoutError."""
    _compose("stop")
    began = monotonic()
    _compose("start")
    # The port is published again with the container.
    ready = f"http://{_compose('port', 'frontend-proxy', '8080').strip()}/lab/readyz"
    while not _answers(ready):
        if monotonic() > began + OPEN_WITHIN_S:
            raise TimeoutError(f"{ready} was not ready within {OPEN_WITHIN_S:g} s")
        sleep(0.2)
    return monotonic() - began


@contextmanager
def stopped() -> Iterator[None]:
    """None of them runs meanwhile."""
    _compose("stop")
    try:
        yield
    finally:
        _compose("start")


def memory_bytes() -> dict[str, float | None]:
    """Memory of each now, as the engine counts it."""
    running = map(json.loads, _compose("ps", "--format", "json").splitlines())
    stubs = {each["Name"] for each in running if STUB in each["Labels"].split(",")}
    found = map(json.loads, _compose("stats", "--no-stream", "--format", "json").splitlines())
    return {_service(each["Name"]): None if each["Name"] in stubs else _bytes(each["MemUsage"]) for each in found}


def _service(container: str) -> str:
    """From `whodunit-product-catalog-1`."""
    return container.partition("-")[2].rpartition("-")[0]


def _bytes(usage: str) -> float:
    """From `94.1MiB / 256MiB`."""
    held = usage.partition(" ")[0]
    return next((float(held.removesuffix(unit)) * size for unit, size in UNITS.items() if held.endswith(unit)), 0.0)


def _compose(*arguments: str) -> str:
    command = ["docker", "compose", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=COMMAND_WITHIN_S)  # noqa: S603  fixed words
    return done.stdout


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
