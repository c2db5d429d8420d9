"""Life and death of a browser, which may end at any moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from loadgen.browser_fares import DEATHS, BrowserFares


class FakeBrowser:
    """Tells of its end once, to who listens by then."""

    def __init__(self) -> None:
        self.connected = True
        self.listeners: list[Callable[[Any], None]] = []

    def on(self, event: str, f: Callable[[Any], None]) -> None:
        assert event == "disconnected"
        self.listeners.append(f)

    def is_connected(self) -> bool:
        return self.connected

    def die(self) -> None:
        self.connected = False
        for listener in self.listeners:
            listener(self)


@contextmanager
def metered() -> Iterator[tuple[BrowserFares, InMemoryMetricReader]]:
    reader = InMemoryMetricReader()
    meters = MeterProvider([reader], shutdown_on_exit=False)
    yield BrowserFares(meters.get_meter("test")), reader
    meters.shutdown()


def numbers(reader: InMemoryMetricReader) -> dict[str, Any]:
    data = reader.get_metrics_data()
    assert data is not None
    [scope] = data.resource_metrics[0].scope_metrics
    return {metric.name: [point.value for point in metric.data.data_points] for metric in scope.metrics}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("dies", "alive", "deaths"), [("never", 1, 0), ("before it is followed", 0, 1), ("afterwards", 0, 1)]
)
def test_a_death_is_counted_once_whenever_it_comes(dies: str, alive: int, deaths: int) -> None:
    browser = FakeBrowser()
    with metered() as (fares, reader):
        if dies.startswith("before"):
            browser.die()
        fares.opened(browser, lambda _: fares.died())
        if dies == "afterwards":
            browser.die()
        told = numbers(reader)
    assert (told["shop.browser.alive"], told[DEATHS]) == ([alive], [deaths])
