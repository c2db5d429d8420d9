"""Parts of a lab that a mystery uses."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from whodunit.faults.board import FaultBoard
from whodunit.home import Home
from whodunit.lab.controls import Load
from whodunit.telemetry.port import Telemetry


@dataclass(frozen=True)
class Parts:
    """`mode` is `lite` or `stack`; `missing` names the programs that are not ready; `forget` deletes all telemetry so
    far, where the lab can do that.

    `service_token` is required of services where players reach the lab by the same address.
    """

    mode: str
    home: Home
    board: FaultBoard
    load: Load
    telemetry: Callable[[], Telemetry]
    ready: Callable[[], Awaitable[bool]]
    missing: Callable[[], Awaitable[Sequence[str]]]
    forget: Callable[[], None]
    service_token: str | None = None
