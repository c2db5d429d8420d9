"""Keeps the log files of the shop's processes small, whoever writes into them."""

import contextlib
import shutil
from pathlib import Path

MOST_BYTES = 5 << 20
KEPT = ".1"
"""What stood in a file before: one such copy, so that each log takes twice `MOST_BYTES` at most."""


def rotate(folder: Path, most_bytes: int = MOST_BYTES) -> None:
    """Copy what has become too large aside, and go on with an empty file; a disk that refuses is left alone.

    Every process appends to the file that it opened once, so the file itself stays.
    """
    for log in folder.glob("*.log"):
        with contextlib.suppress(OSError):
            if log.stat().st_size > most_bytes:
                shutil.copyfile(log, log.with_name(log.name + KEPT))
                with log.open("r+b") as file:
                    file.truncate()
