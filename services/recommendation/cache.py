"""A cache that forgets: what is old, and when it is full what nobody asked for longest."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Cache(Generic[K, V]):
    """At most `size` values, each for `ttl_s` seconds."""

    def __init__(self, size: int, ttl_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._size = size
        self._ttl_s = ttl_s
        self._clock = clock
        self._kept: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value kept for `key`, None when there is none or it is too old."""
        value, expires_at = self._kept.get(key, (None, 0.0))
        if value is None:
            return None
        if expires_at <= self._clock():
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep `value`, and forget the least recently used one if that makes one too many."""
        self._kept[key] = (value, self._clock() + self._ttl_s)
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)
