"""A token bucket for each API key."""

from collections import defaultdict
from collections.abc import Callable
from time import monotonic

from kit.errors import TooManyRequests
from kit.token_bucket import TokenBucket


class RateLimit:
    """Allows `per_s` requests a second on average, and as many again at once."""

    def __init__(self, per_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._per_s = per_s
        self._buckets = defaultdict[str, TokenBucket](lambda: TokenBucket(per_s, per_s, clock))

    def take(self, api_key_id: str) -> None:
        """Count one request; TooManyRequests when the key has used up its share."""
        if not self._buckets[api_key_id].take():
            raise TooManyRequests(f"No more than {self._per_s:g} requests a second.")
