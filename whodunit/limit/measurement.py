"""Measures, and puts the load back as it was, whatever happens meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from time import monotonic
from typing import Protocol

from whodunit.errors import LabError
from whodunit.limit import trials
from whodunit.limit.document import Json, document
from whodunit.limit.hunt import Hunt
from whodunit.load.load_before import wanted_again
from whodunit.machine import machine
from whodunit.telemetry.port import TelemetryError

COMPLETE = "complete"
INTERRUPTED = 130
"""The exit code after an interrupt by the user, as in shells."""


class Lab(trials.Lab, Protocol):
    """Also stops load."""

    def stop_load(self) -> None:
        """Stop the load, if any runs."""
        ...


def measured(hunt: Hunt, lab: Lab, target: str) -> tuple[Json, LabError | None]:
    """The measurement as JSON, complete or not, and the reason why it is not."""
    started, begun_s = datetime.now(UTC), monotonic()
    with load_as_before(lab):
        error = _run(hunt)
    ended = error.message if error else COMPLETE
    seconds = monotonic() - begun_s
    return document(hunt, started=started, seconds=seconds, ended=ended, target=target, machine=machine()), error


@contextmanager
def load_as_before(lab: Lab) -> Iterator[None]:
    """After the block, the load that ran before runs again, or none."""
    before = wanted_again(lab.load())
    try:
        yield
    finally:
        with suppress(LabError):  # it would hide an error of the block
            if before:
                lab.start_load(before)
            else:
                lab.stop_load()


def _run(hunt: Hunt) -> LabError | None:
    try:
        hunt.run()
    except KeyboardInterrupt:
        return LabError("Interrupted; the load is as it was before.", "Again: whodunit load limit.", INTERRUPTED)
    except trials.OutOfTimeError:
        return LabError("The time is up.", "Give it more: --within 1h.")
    except TelemetryError as failure:
        return LabError(f"The telemetry did not answer: {failure}.", "See: whodunit status.")
    except LabError as failure:
        return failure
    return None
