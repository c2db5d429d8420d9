"""The file in which the running lab records itself: for commands, and for the next lab if this one is killed."""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from whodunit.home import Home, damaged, unreadable
from whodunit.launcher.processes import Identity

logger = logging.getLogger("whodunit.launcher")


@dataclass(frozen=True)
class LabFile:
    """The lab, its address, and every process it started."""

    lab: Identity
    url: str
    processes: Sequence[Identity] = ()

    def write(self, home: Home) -> None:
        """Replace the file atomically; raises LabError when the disk refuses."""
        home.keep(home.lab_file, json.dumps(self._to_json(), indent=2))

    def _to_json(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "lab": asdict(self.lab),
            "processes": [asdict(process) for process in self.processes],
        }


def is_gone(home: Home) -> bool:
    """True if no command could find the lab any more, not even to stop it: the lab should end."""
    if home.lab_file.exists():
        return False
    logger.error("The state folder %s is gone: stopping.", home.path)
    return True


def read(home: Home) -> LabFile | None:
    """The record of the last lab; None if that lab stopped in order and removed it.

    Raises LabError when the file belongs to another user or is damaged.
    """
    try:
        fields = json.loads(home.lab_file.read_text())
        processes = [_identity(process) for process in fields["processes"]]
        return LabFile(_identity(fields["lab"]), str(fields["url"]), processes)
    except PermissionError as error:
        raise unreadable(home, error) from error
    except OSError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(home) from error


def _identity(fields: dict[str, Any]) -> Identity:
    return Identity(int(fields["pid"]), float(fields["started"]))
