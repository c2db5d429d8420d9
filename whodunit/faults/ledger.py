"""The lab's own record of what it switched and what came of it: one JSON object a line, only ever appended.

Each line has `time` (UTC, ISO 8601), `event` and `flag`, and then
`set`, `extend` (the same variant, another end): `variant`, `until` · `clear`: `variant` · `expire`: `variant` ·
`effect`: `variant`, `service`, `affected`.
It stands outside of the telemetry on purpose.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Line = dict[str, Any]


def iso(epoch_s: float) -> str:
    """A moment in UTC, to the millisecond."""
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Ledger:
    """Appends to the file, and reads it back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._withheld: list[Line] | None = None

    def append(self, at_s: float, event: str, flag: str, **more: object) -> None:
        """Add one line; `at_s` is seconds since 1970."""
        line = {"time": iso(at_s), "event": event, "flag": flag, **more}
        if self._withheld is None:
            self._write([line])
        else:
            self._withheld.append(line)

    def withhold(self) -> None:
        """Keep what follows in memory, where nobody reads it; lost if the lab ends before `publish`."""
        self._withheld = self._withheld or []

    def publish(self) -> None:
        """Write what was withheld."""
        withheld, self._withheld = self._withheld, None
        self._write(withheld or [])

    def _write(self, lines: Iterable[Line]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)

    def lines(self) -> Iterator[Line]:
        """Every line, oldest first; one that a crash cut short is left out."""
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as file:
            for text in file:
                try:
                    yield json.loads(text)
                except ValueError:
                    continue
