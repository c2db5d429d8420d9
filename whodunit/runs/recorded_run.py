"""A recorded run, read from its folder: result, times and telemetry."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.incident.loader import in_file_names
from whodunit.incident.result import TROUBLE
from whodunit.runs.parquet import is_complete
from whodunit.telemetry.questions import Window

if TYPE_CHECKING:
    from whodunit.runs.recorded_telemetry import RecordedTelemetry

RESULT_FILE = "result.json"
KEPT = Path(__file__).parents[2] / "recordings"
"""The folders of the runs that come with the program, one of each case."""

AGAIN = "Runs stand in the state folder, below runs/; make one: whodunit scenario verify SLUG"
PROVED_WELL = timedelta(seconds=15)
"""A steady state has held for five seconds when it is believed, by checks that look back ten."""

LEFT_ALONE = ("expect", "tells", "quiet", "unchanged")
"""The phases between the onset and the first mitigation."""


@dataclass(frozen=True)
class RecordedRun:
    """The folder of a run, and its result."""

    folder: Path
    result: dict[str, Any]

    @property
    def name(self) -> str:
        """The case that was run."""
        return str(self.result["scenario"])

    @property
    def start(self) -> datetime:
        """Start of the run."""
        return datetime.fromisoformat(self.result["started"])

    @property
    def end(self) -> datetime:
        """End of the run."""
        return self.start + timedelta(seconds=self.result["seconds"])

    @property
    def onset(self) -> datetime:
        """The onset; in a run in which nothing breaks, the start of the watch."""
        return min(datetime.fromisoformat(phase["started"]) for phase in self._alone)

    @property
    def judged(self) -> list[datetime]:
        """The moments at which checks were decided while the incident was left alone, in order."""
        return sorted(
            {
                datetime.fromisoformat(phase["started"]) + timedelta(seconds=check["seconds"])
                for phase in self._alone
                for check in phase["checks"]
            }
        )

    @property
    def health(self) -> Window:
        """The time before anything was put in force in which the shop was well: it may still have recovered before."""
        proved = (_end(phase) - PROVED_WELL for phase in self.result["phases"] if phase["phase"] == "steady")
        faults = (_start(phase) for phase in self.result["phases"] if phase["phase"] == "fault")
        return Window(max((self.start, *proved)), min((self.onset, *faults)))

    @property
    def trouble(self) -> Window:
        """From the onset until somebody did something about it; in a run in which nothing breaks, all of the watch."""
        return Window(self.onset, self.left_alone_until)

    @property
    def left_alone_until(self) -> datetime:
        """The last moment at which nobody had done anything about it: the last judged, or the end of the trouble."""
        ends = (_end(phase) for phase in self.result["phases"] if phase["phase"] == TROUBLE)
        return max((self.judged[-1], *ends))

    def telemetry(self) -> "RecordedTelemetry":
        """The recorded telemetry; raises WrongUseError when it cannot be read."""
        from whodunit.runs.recorded_telemetry import RecordedTelemetry  # noqa: PLC0415  most need no database

        return RecordedTelemetry(self.folder, self.start, self.end, self._alerts_evaluated_at)

    @property
    def _alerts_evaluated_at(self) -> list[datetime]:
        """Moments at which the lab evaluated its alerts: the starts of those that were seen."""
        proofs = [proof for phase in self._alone for check in phase["checks"] for proof in check.get("proof", ())]
        return [datetime.fromisoformat(proof["since"]) for proof in proofs if "since" in proof]

    @property
    def _alone(self) -> list[dict[str, Any]]:
        found = [phase for phase in self.result["phases"] if phase["phase"] in LEFT_ALONE]
        if not found:
            raise WrongUseError(f"The run in {self.folder} stopped before anything could be seen.", AGAIN)
        return found


def _start(phase: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(phase["started"])


def _end(phase: dict[str, Any]) -> datetime:
    return _start(phase) + timedelta(seconds=phase["seconds"])


def read(folder: Path) -> RecordedRun:
    """The run in `folder`; raises WrongUseError when there is none."""
    try:
        run = RecordedRun(folder, json.loads((folder / RESULT_FILE).read_text(encoding="utf-8")))
        _ = run.name, run.end, run.result["passed"], run.result["phases"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongUseError(f"{folder} is no recorded run.", AGAIN) from error
    return run


def recorded(home: Home, name: str) -> Iterator[RecordedRun]:
    """The runs of a case in a state folder, the newest first; what is no run, or none any more, is passed over."""
    for folder in sorted(home.runs_dir.glob(f"*-{in_file_names(name)}"), reverse=True):
        with suppress(WrongUseError):
            if (run := read(folder)).name == name:
                yield run


def newest(home: Home, name: str) -> RecordedRun:
    """The newest run of a case that passed and kept its telemetry; raises LabError when there is none."""
    for run in recorded(home, name):
        if is_complete(run.folder) and run.result["passed"]:
            return run
    raise LabError(f"No run of {name} is recorded that passed.", f"Record one: whodunit scenario verify {name}")
