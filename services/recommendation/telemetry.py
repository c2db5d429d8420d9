"""Metrics of recommendation."""

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager

from opentelemetry.metrics import CallbackOptions, Meter, Observation

from kit.errors import NotFound

HIT = {"shop.outcome": "hit"}
MISS = {"shop.outcome": "miss"}


class CacheMeter:
    """`shop.recommendation.cache.size` and `shop.recommendation.cache.requests`."""

    def __init__(self, meter: Meter, cache: Sized) -> None:
        self._requests = meter.create_counter("shop.recommendation.cache.requests", "{request}")
        for result in (HIT, MISS):
            self._requests.add(0, result)

        def size(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(len(cache))]

        meter.create_observable_gauge("shop.recommendation.cache.size", [size], "{item}")

    def looked_up(self, *, found: bool) -> None:
        """One more look into the cache."""
        self._requests.add(1, HIT if found else MISS)


class RequestMeter:
    """`shop.recommendation.requests`."""

    def __init__(self, meter: Meter) -> None:
        self._requests = meter.create_counter("shop.recommendation.requests", "{request}")
        for outcome in ("answered", "unknown_product", "failed"):
            self._requests.add(0, {"shop.outcome": outcome})

    @contextmanager
    def counted(self) -> Iterator[None]:
        """One more request, which ends as the block does."""
        outcome = "failed"
        try:
            yield
            outcome = "answered"
        except NotFound:
            outcome = "unknown_product"
            raise
        finally:
            self._requests.add(1, {"shop.outcome": outcome})
