"""The folder that holds all of the lab's state, and nothing outside of it.

The one place in the lab that reads `$WHODUNIT_HOME`.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kit import atomic
from whodunit.errors import LabError

VARIABLE = "WHODUNIT_HOME"
DEFAULT = ".whodunit"
QUERY = "?"
PROBE_BYTES = 1 << 20  # what the databases alone take to begin


@dataclass(frozen=True)
class Home:
    """Paths of the lab's state; `create` makes the folders."""

    path: Path
    flags: Path | None = None  # the flag file, where it stands apart from the rest

    @classmethod
    def locate(cls) -> "Home":
        """`$WHODUNIT_HOME`, or `.whodunit` in the current directory."""
        return cls(Path(os.environ.get(VARIABLE) or DEFAULT).absolute())

    @property
    def lab_file(self) -> Path:
        """Written by the running lab: its process and its address."""
        return self.path / "lab.json"

    @property
    def lock_file(self) -> Path:
        """Locked by the running lab for as long as it lives."""
        return self.path / "lab.lock"

    @property
    def secrets_file(self) -> Path:
        """The secrets that the services sign with; made once."""
        return self.path / "secrets.json"

    @property
    def vendor_file(self) -> Path:
        """The backend beside the store, with the headers that it asks for."""
        return self.path / "vendor.json"

    @property
    def data_dir(self) -> Path:
        """The services' databases, and their working directory."""
        return self.path / "data"

    @property
    def logs_dir(self) -> Path:
        """Standard output of each process."""
        return self.path / "logs"

    @property
    def flags_file(self) -> Path:
        """The flags in force, read by every service, written by the lab alone."""
        return self.flags or self.path / "flags" / "flags.json"

    @property
    def ledger_file(self) -> Path:
        """The lab's record of what it switched, with times."""
        return self.path / "ledger.jsonl"

    @property
    def pages_file(self) -> Path:
        """Whom alerts have called, and who acknowledged."""
        return self.path / "pages.json"

    @property
    def store_file(self) -> Path:
        """The telemetry store's database."""
        return self.path / "store" / "telemetry.duckdb"

    @property
    def replay_file(self) -> Path:
        """The database of the recorded run that is replayed."""
        return self.path / "replay" / "telemetry.duckdb"

    @property
    def replays_dir(self) -> Path:
        """The state folders of the recorded runs that the lab has opened."""
        return self.path / "replays"

    @property
    def hosted_run_file(self) -> Path:
        """The events of the run that the lab has started."""
        return self.path / "run.jsonl"

    @property
    def terminal_run_file(self) -> Path:
        """The process of the run that a terminal has begun last, and that the lab may follow."""
        return self.path / "run.json"

    @property
    def load_dir(self) -> Path:
        """The results that the load generator writes."""
        return self.path / "load"

    @property
    def runs_dir(self) -> Path:
        """One folder for each recorded run."""
        return self.path / "runs"

    @property
    def limits_dir(self) -> Path:
        """One folder for each measurement of the load limit."""
        return self.path / "limits"

    @property
    def mystery_dir(self) -> Path:
        """The sealed envelope, while a mystery runs."""
        return self.path / "mystery"

    @property
    def class_dir(self) -> Path:
        """The class that this lab leads, and its place in one that it attends."""
        return self.path / "class"

    @property
    def entrance_file(self) -> Path:
        """Where this lab lets in whoever has its token, on a class's server."""
        return self.class_dir / "entrance.json"

    def create(self) -> None:
        """Make the folders; raises LabError when the disk does not allow it, or the store could not work in them."""
        if QUERY in str(self.path):
            raise LabError(
                f"The telemetry store cannot keep files in {self.path}: DuckDB reads {QUERY} as the end of a path.",
                f"Name a folder without it: export {VARIABLE}=/path/to/a/folder",
            )
        try:
            for folder in self._folders():
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self, error) from error

    def probe(self) -> None:
        """Raise LabError when nothing of size can be written here: on a full disk the logs are empty, too."""
        try:
            with tempfile.TemporaryFile(dir=self.path) as file:
                file.write(bytes(PROBE_BYTES))
                file.flush()
        except OSError as error:
            raise unwritable(self, error) from error

    def keep(self, file: Path, text: str) -> None:
        """Replace a file for its owner alone; raises LabError when the disk refuses."""
        try:
            atomic.write_text(file, text, mode=atomic.OWNER_ONLY)
        except OSError as error:
            raise unwritable(self, error) from error

    def _folders(self) -> list[Path]:
        return [
            self.data_dir,
            self.logs_dir,
            self.runs_dir,
            self.load_dir,
            self.flags_file.parent,
            self.store_file.parent,
        ]


def unreadable(home: Home, error: OSError) -> LabError:
    """The state folder, or a file in it, may not be read by this user."""
    return LabError(
        f"Cannot read {error.filename or home.path}: {error.strerror or error}. The shop may be another user's.",
        f"Ask as that user, or name a folder of your own: export {VARIABLE}=/path/to/a/folder",
    )


def damaged(home: Home) -> LabError:
    """The running lab's file cannot be understood, so that no command can tell whether a lab runs."""
    return LabError(
        f"{home.lab_file} is damaged: it does not tell whether a shop runs here, and as which processes.",
        "Delete it: a shop that runs here then closes by itself within seconds, as down does it. A replay does not: "
        f"it is the process that holds {home.lock_file} (lsof names it). Then: whodunit up",
    )


def unwritable(home: Home, error: OSError) -> LabError:
    """The state folder refuses to be written."""
    return LabError(
        f"Cannot write to {home.path}: {error.strerror or error}.",
        f"Free some space there or name another folder: export {VARIABLE}=/path/to/a/folder",
    )
