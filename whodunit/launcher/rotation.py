"""Limits the size of the log files of the shop's processes."""

import contextlib
import shutil
from pathlib import Path

MOST_BYTES = 5 << 20
KEPT = ".1"
"""Suffix of the one copy of earlier content, so that each log takes twice `MOST_BYTES` at most."""


def rotate(folder: Path, most_bytes: int = MOST_BYTES) -> None:
    """Copy the content of each log that is too large to a second file and empty the log; errors are ignored.

    Every process appends to the file that it opened once, so the file itself stays.
    """
    for log in folder.glob("*.log"):
        with contextlib.suppress(OSError):
            if log.stat().st_size > most_bytes:
                shutil.copyfile(log, log.with_name(log.name + KEPT))
                with log.open("r+b") as file:
                    file.truncate()
