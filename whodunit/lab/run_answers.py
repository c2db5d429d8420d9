"""The lab's answers about runs as JSON: of the one that it has started, and of those that are recorded."""

from typing import Any, TypedDict


class CheckSoFar(TypedDict):
    """A check as it stands: the keys of a result; `values` are its seconds and numbers since its phase began.

    `is_decided`: nothing more can change it.
    """

    id: str
    signal: str
    title: str
    passed: bool
    observed: float | None
    message: str
    seconds: float
    proof: list[dict[str, Any]]
    is_decided: bool
    values: list[tuple[float, float | None]]


class PhaseSoFar(TypedDict):
    """A phase that runs or ran; `within_s` is its time limit, 0 if it has none."""

    phase: str
    about: str
    within_s: float
    seconds: float
    is_over: bool
    checks: list[CheckSoFar]


class Outcome(TypedDict):
    """The verdict of a run; `stopped` says why it ended early, empty if it did not."""

    passed: bool
    seconds: float
    stopped: str
    skipped: list[str]


class Failure(TypedDict):
    """Why a run could not be finished, and what to do."""

    message: str
    hint: str


class RunSoFar(TypedDict):
    """A run as far as it has come: at its end it has an outcome, or a failure."""

    phases: list[PhaseSoFar]
    outcome: Outcome | None
    failure: Failure | None


class HostedRun(RunSoFar):
    """The run that the lab has started; `is_stopping` from the wish to its end."""

    case: str
    remedies: bool
    started: str
    is_running: bool
    is_stopping: bool


class RecordedRun(TypedDict):
    """A run whose folder is there. `is_kept`: it comes with the program; `is_complete`: it has its telemetry.

    `desk` is the address of its pages while it is open, else None.
    """

    run: str
    case: str
    started: str
    seconds: float
    passed: bool
    is_kept: bool
    is_complete: bool
    folder: str
    desk: str | None
