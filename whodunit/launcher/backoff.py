"""The delay before a program that ended is started again."""

FIRST_S = 0.5
LONGEST_S = 30.0
STEADY_AFTER_S = 30.0


class Backoff:
    """Doubles with each end; starts over once a program has lived for a while."""

    def __init__(self, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._next_s = first_s

    def after(self, lived_s: float) -> float:
        """Seconds to wait before the next start of a program that ran for `lived_s`."""
        if lived_s >= STEADY_AFTER_S:
            self._next_s = self._first_s
        wait_s = self._next_s
        self._next_s = min(self._next_s * 2, self._longest_s)
        return wait_s
