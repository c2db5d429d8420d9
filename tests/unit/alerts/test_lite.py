"""The lab judges alerts while the shop is open, and does nothing before."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress

import pytest

from tests.unit.alerts.conftest import Shop
from tests.unit.launcher.fakes import until
from whodunit.alerts.evaluation import Evaluation
from whodunit.alerts.judging import judged
from whodunit.alerts.lite import LiteAlerts
from whodunit.alerts.loading import bundled
from whodunit.alerts.schemas import read_alerts
from whodunit.telemetry.answers import Numbers
from whodunit.telemetry.questions import MetricQuery, Window

pytestmark = pytest.mark.anyio

OFTEN_S = 0.01


class Broken:
    """Fails in a way that nobody has thought of, once."""

    def __init__(self) -> None:
        self.asked = 0

    def measure(self, asked: Sequence[tuple[MetricQuery, Window]]) -> Numbers:
        self.asked += 1
        if self.asked == 1:
            raise ZeroDivisionError
        return Numbers([9.0] * len(asked), "select 9")


async def test_nothing_happens_before_the_shop_is_open(shop: Shop) -> None:
    threads = threading.active_count()
    lite = LiteAlerts(lambda: shop.evaluation)
    watching = asyncio.create_task(lite.watch(asyncio.get_running_loop().create_future()))
    for _ in range(5):
        await asyncio.sleep(0)
    assert (read_alerts(lite.state).alerts, threading.active_count()) == ([], threads)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def test_it_judges_again_and_again_whatever_happens() -> None:
    lite = LiteAlerts(lambda: Evaluation(judged(bundled()), Broken(), OFTEN_S))
    opened = asyncio.get_running_loop().create_future()
    opened.set_result(None)
    watching = asyncio.create_task(lite.watch(opened))
    await until(lambda: bool(read_alerts(lite.state).alerts), "an alert after the round that broke")
    assert "OrdersStuckInProcessing" in [alert.name for alert in read_alerts(lite.state).alerts]
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def test_it_begins_again_without_a_memory() -> None:
    lite = LiteAlerts(lambda: Evaluation(judged(bundled()), Broken(), OFTEN_S))
    opened = asyncio.get_running_loop().create_future()
    opened.set_result(None)
    watching = asyncio.create_task(lite.watch(opened))
    await until(lambda: bool(read_alerts(lite.state).alerts), "an alert")
    lite.begin_again()
    assert read_alerts(lite.state).alerts == []
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
