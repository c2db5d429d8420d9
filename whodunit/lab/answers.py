"""The lab's answers as JSON: the keys that scripts rely on. A test compares running labs with them."""

from typing import Any, NotRequired, TypedDict

from whodunit.errors import LabError


class ProgramStatus(TypedDict):
    """A program of a shop or a container of a stack; what only Docker knows is None."""

    name: str
    url: str
    pid: int | None
    ready: bool
    pss_bytes: int | None
    state: str
    restarts: int
    last_exit: str | None
    log: str
    reason: NotRequired[str | None]  # stack: why it is not ready, in its own words


class StoreStatus(ProgramStatus):
    """The store, and the statistics that it gives while it answers."""

    spans: NotRequired[int]
    logs: NotRequired[int]
    metrics: NotRequired[int]
    ahead: NotRequired[int]
    bytes: NotRequired[int]
    queued: NotRequired[int]
    rejected: NotRequired[int]
    left_out: NotRequired[int]
    inserted: NotRequired[int]
    inserted_per_s: NotRequired[float]
    uptime_s: NotRequired[float]
    write_error: NotRequired[str | None]


class LabProcess(TypedDict):
    """The lab itself; `zygote_pid` is the process that forks services in lite mode."""

    url: str
    pid: int | None
    pss_bytes: int | None
    name: NotRequired[str]
    zygote_pid: NotRequired[int | None]


class LoadState(TypedDict):
    """The load that runs or ran last; `stats` are the load generator's latest figures."""

    running: bool
    pid: int | None
    exit_code: int | None
    spec: dict[str, Any]
    log: str
    stats: dict[str, Any] | None
    light: NotRequired[bool]
    pss_bytes: NotRequired[int | None]


class LabStatus(TypedDict):
    """`GET /status`, which `whodunit status --json` prints; `mode` is `lite`, `stack` or `replay`."""

    mode: str
    services: list[ProgramStatus]
    store: StoreStatus | None
    load: LoadState | None
    lab: LabProcess
    desk: str  # the address of the lab's pages for people
    pss_bytes: int | None
    copies_to: NotRequired[list[str]]  # lite: other backends that get the telemetry too
    flags: NotRequired[str | None]  # lite: what is wrong with the flag file
    replaced: NotRequired[dict[str, str]]  # lite: folders that take the place of services, by their names
    backends: NotRequired[list[ProgramStatus]]  # stack
    links: NotRequired[dict[str, str]]  # stack: pages for people, by name
    run: NotRequired[str]  # replay: the folder of the recorded run
    title: NotRequired[str]  # replay
    begins: NotRequired[str]  # replay: the moment at which the run begins
    now: NotRequired[str]  # replay: the moment at which it stands still


def embedded_store(status: LabStatus) -> StoreStatus:
    """The store of a lite lab or of a replay; raises LabError where there is none."""
    if status["store"] is None:
        raise LabError("This lab has no store.", "See: whodunit status")
    return status["store"]
