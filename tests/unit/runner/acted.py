"""A program that acts a run: the events that it is told, one by one, as its author lets it go on."""

import sys
from collections.abc import Sequence
from pathlib import Path

PROGRAM = """
import signal, sys, time, pathlib
folder, events = pathlib.Path(sys.argv[1]), open(sys.argv[2], "a")
def stop(*_):
    events.write('{"event": "failed", "message": "Stopped before the end.", "hint": "Faults are off."}\\n')
    sys.exit(3)
signal.signal(signal.SIGTERM, stop)
(folder / "begun").touch()
for number in range(int(sys.argv[3])):
    while not (folder / str(number)).exists():
        time.sleep(0.01)
    events.write((folder / str(number)).read_text())
    events.flush()
"""
"""Waits for files `0`, `1`, … in a folder, and writes each of them as events."""


class Actor:
    """A run of `length` pieces, which goes on when it is told."""

    def __init__(self, folder: Path, length: int) -> None:
        self._folder, self._length = folder, length
        self._told = 0
        self.asked: list[tuple[str, bool]] = []

    def command(self, case: str, events: Path, *, remedies: bool) -> Sequence[str]:
        """What the host starts in place of `scenario verify`."""
        self.asked.append((case, remedies))
        return [sys.executable, "-c", PROGRAM, str(self._folder), str(events), str(self._length)]

    @property
    def has_begun(self) -> bool:
        """True once it listens to signals."""
        return (self._folder / "begun").exists()

    def goes_on(self, text: str) -> None:
        """Have it write one more piece."""
        whole = self._folder / "piece"
        whole.write_text(text, encoding="utf-8")
        whole.rename(self._folder / str(self._told))
        self._told += 1
