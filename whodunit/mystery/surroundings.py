"""The parts of the lab that a mystery works with."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from whodunit.incident.loader import Case
from whodunit.lab.controls import Load
from whodunit.mystery.vault import Vault
from whodunit.telemetry.port import Telemetry


@dataclass(frozen=True)
class Surroundings:
    """`telemetry` and `cases` take time, and are called only when a mystery runs; `missing` are the programs
    that are not ready, `forget` deletes all telemetry so far.
    """

    mode: str
    load: Load
    vault: Vault
    telemetry: Callable[[], Telemetry]
    ready: Callable[[], Awaitable[bool]]
    missing: Callable[[], Awaitable[Sequence[str]]]
    forget: Callable[[], None]
    cases: Callable[[], list[Case]]
    clock: Callable[[], float] = time.time
