"""A token bucket for each API key."""

from collections.abc import Callable
from time import monotonic

from kit.errors import TooManyRequests


class RateLimit:
    """Allows `per_s` requests a second on average, and as many again at once."""

    def __init__(self, per_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._per_s = per_s
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, api_key_id: str) -> None:
        """Count one request; TooManyRequests when the key has used up its share."""
        now = self._clock()
        left, since = self._buckets.get(api_key_id, (self._per_s, now))
        left = min(self._per_s, left + (now - since) * self._per_s)
        if left < 1:
            raise TooManyRequests(f"No more than {self._per_s:g} requests a second.")
        self._buckets[api_key_id] = (left - 1, now)
