"""From nothing to an open shop, and what the terminal says meanwhile."""

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from tests.unit.stack.fakes import GRAFANA, LOKI, ORDER, FakeProbe
from whodunit.errors import LabError
from whodunit.load.trial_order import TrialOrder
from whodunit.stack.opening import Opening
from whodunit.stack.status import links
from whodunit.stack.terminal import WIDTH, Terminal
from whodunit.stack.watch import Watch

pytestmark = pytest.mark.anyio


class Screen:
    """A terminal that keeps what was said."""

    def __init__(self) -> None:
        self._out = io.StringIO()
        self.terminal = Terminal(Console(file=self._out, width=WIDTH), links("http://127.0.0.1:8080"))

    @property
    def lines(self) -> list[str]:
        return self._out.getvalue().splitlines()


def bought() -> TrialOrder:
    return TrialOrder(1, 0.7)


async def at_once(_: float) -> None:
    """Sleeps for no time."""


def opening(screen: Screen, probe: FakeProbe, buy: Callable[[], TrialOrder] = bought) -> Opening:
    return Opening(Watch([ORDER, LOKI, GRAFANA], probe), buy, screen.terminal, at_once)


async def test_it_waits_for_all_then_buys_and_shows_one_box() -> None:
    screen = Screen()
    made = opening(screen, FakeProbe(after={"loki": 2}))
    assert not await made.is_open()
    await made.run()
    assert screen.lines[0] == "3/4 ready, waiting for Loki"
    text = "\n".join(screen.lines[1:])
    assert "http://127.0.0.1:8080/" in text
    assert "order 1 completed in 0.7 s" in text
    assert "whodunit scenario run checkout-hangs" in text
    assert await made.is_open()


async def test_what_was_left_out_is_not_waited_for() -> None:
    screen = Screen()
    await opening(screen, FakeProbe(absent=("grafana",))).run()
    text = "\n".join(screen.lines)
    assert "Grafana was left out" in text
    assert "/grafana/" not in text


async def test_ready_means_that_an_order_went_through() -> None:
    screen, tries = Screen(), iter([LabError("An order did not go through: 503.", "")])

    def buy() -> TrialOrder:
        for error in tries:
            raise error
        return bought()

    made = opening(screen, FakeProbe(), buy)
    assert not await made.is_open()
    await made.run()
    assert screen.lines[0] == "An order did not go through: 503."
    assert made.order == bought()


async def test_a_line_is_said_once() -> None:
    screen = Screen()
    await opening(screen, FakeProbe(after={"loki": 3})).run()
    assert sum("waiting for Loki" in line for line in screen.lines) == 1


async def test_open_ends_when_a_container_is_gone() -> None:
    probe = FakeProbe()
    made = opening(Screen(), probe)
    await made.run()
    probe.after = {"order": 1_000}
    assert not await made.is_open()
