"""Notices programs that are not ready for long, which ends a mystery: requests that nobody serves show no incident."""

from collections.abc import Collection

TOO_LONG_S = 10.0
"""Longer than a program takes to be started again, as a deployment has it."""

AT_A_TIME_S = 2.0
"""The most that the time between two calls counts: the machine may have been suspended meanwhile."""


class Absences:
    """The time that each program has been away, less the time that it has been back since, so that a program that ends
    again and again is noticed, too.
    """

    def __init__(self) -> None:
        self._away_s: dict[str, float] = {}
        self._noted_s: float | None = None

    def note(self, missing: Collection[str], now_s: float) -> str | None:
        """Takes over the programs that are not ready now; returns one that has not been for too long."""
        passed_s = 0.0 if self._noted_s is None else min(AT_A_TIME_S, now_s - self._noted_s)
        self._noted_s = now_s
        for name in {*self._away_s, *missing}:
            self._away_s[name] = max(0.0, self._away_s.get(name, 0.0) + (passed_s if name in missing else -passed_s))
        return next((name for name, away_s in self._away_s.items() if away_s >= TOO_LONG_S), None)
