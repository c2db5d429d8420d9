"""People who look at the shop's pages in a real browser, by Locust's own runner."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from random import Random
from time import perf_counter
from typing import Any

from locust import User, task
from locust.env import Environment
from playwright.async_api import Locator, Page, Response
from playwright.async_api import TimeoutError as TooLate

from loadgen import shop
from loadgen.browser import SharedBrowser
from loadgen.browser_fares import BrowserFares
from loadgen.journeys import Browse, Buy, Journey, draw
from loadgen.spec import JourneyKind, LoadSpec
from loadgen.stats import Stats
from loadgen.tracing import Tracing
from loadgen.visits import JourneyError

SHARES = {JourneyKind.BROWSE: 3, JourneyKind.BUY: 1}
VISIT_WITHIN_S = 180.0
ORDER_ENDS_WITHIN_MS = 60_000
PRODUCT = "/products/{product_id}"

Pause = Callable[[], Coroutine[Any, Any, None]]


@contextmanager
def surfers(
    spec: LoadSpec, executable: str, target: str, tracing: Tracing, stats: Stats, fares: BrowserFares
) -> Iterator[None]:
    """`spec.browsers` people, each making one visit after the other, until the block ends."""
    environment = Environment()
    environment.events.request.add_listener(stats.request)
    browser = SharedBrowser(executable, spec.browser_memory_mb, fares)
    environment.user_classes = [surfer(spec, target, browser, tracing, stats)]
    runner = environment.create_local_runner()
    runner.start(spec.browsers, spawn_rate=1)
    try:
        yield
    finally:
        runner.quit()
        browser.close()


def surfer(spec: LoadSpec, target: str, browser: SharedBrowser, tracing: Tracing, stats: Stats) -> type[User]:
    """A Locust user whose visits depend on the seed and on their number alone.

    A browser that fails is Locust's to tell; a page that fails is counted.
    """
    numbers = count(1)

    class Surfer(User):
        def on_start(self) -> None:
            self.number = next(numbers)
            self.dice = Random(f"{spec.seed}/browser/{self.number}")

        def wait_time(self) -> float:
            return self.dice.uniform(*spec.think_s)

        @task
        def visit(self) -> None:
            [kind] = self.dice.choices(list(SHARES), list(SHARES.values()))
            journey = draw(kind, self.dice, self.number, number=0)
            with tracing.journey(f"{kind} by browser", {}) as trace:
                try:
                    browser.visit(
                        lambda page: Pages(self.environment, target, page, self.pause).make(journey), VISIT_WITHIN_S
                    )
                except JourneyError as error:
                    trace.failed(str(error))
                except Exception as error:
                    trace.failed(str(error))
                    stats.failure(f"{kind} by browser: {type(error).__name__}")
                    raise
            stats.journey(kind)

        async def pause(self) -> None:
            await asyncio.sleep(self.wait_time() / 2)

    return Surfer


class Pages:
    """The pages of one visit; each that opens is one of Locust's requests."""

    def __init__(self, environment: Environment, target: str, page: Page, pause: Pause) -> None:
        self._environment = environment
        self._target = target
        self._page = page
        self._pause = pause

    async def make(self, journey: Journey) -> None:
        """Make one journey; raises `JourneyError` if a page fails, and Playwright's errors if the browser does."""
        match journey:
            case Browse():
                await self._browse(journey)
            case Buy():
                await self._buy(journey)

    async def _browse(self, journey: Browse) -> None:
        await self._open("/", "/")
        await self._click_one_of("nav.departments a", journey.category, "/")
        for place in journey.products:
            await self._click_one_of("ul.grid a", place, PRODUCT)

    async def _buy(self, journey: Buy) -> None:
        await self._open("/login", "/login")
        await self._page.fill("input[name=email]", shop.email(journey.account))
        await self._page.fill("input[name=password]", shop.PASSWORD)
        await self._send("/login")
        for line in journey.lines:
            await self._open(PRODUCT, f"/products/{line.product_id}")
            await self._page.select_option("select[name=quantity]", str(line.quantity))
            await self._send("/cart/items")
        await self._open("/checkout", "/checkout")
        await self._page.fill("input[name=card_number]", journey.card_number)
        await self._send("/checkout")
        await self._page.locator("#status:not(.processing)").wait_for(timeout=ORDER_ENDS_WITHIN_MS)

    async def _open(self, route: str, path: str) -> None:
        async with self._counted("GET", route) as answers:
            answers.append(await self._page.goto(self._target + path))
        await self._pause()

    async def _click_one_of(self, links: str, place: int, route: str) -> None:
        found = self._page.locator(links)
        if there_are := await found.count():
            await self._click(found.nth(place % there_are), "GET", route)

    async def _send(self, path: str) -> None:
        await self._click(self._page.locator(f"form[action='{path}'] button"), "POST", path)

    async def _click(self, what: Locator, method: str, route: str) -> None:
        async with self._counted(method, route) as answers:
            async with self._page.expect_navigation() as opened:
                await what.click()
            answers.append(await opened.value)
        await self._pause()

    @asynccontextmanager
    async def _counted(self, method: str, route: str) -> AsyncIterator[list[Response | None]]:
        begun, failed = perf_counter(), None
        answers: list[Response | None] = []
        try:
            yield answers
            failed = _failure(answers)
        except TooLate:
            failed = JourneyError("timeout")
        measured = {"response_time": (perf_counter() - begun) * 1000, "response_length": 0, "context": {}}
        self._environment.events.request.fire(
            request_type=method, name=f"{route} by browser", exception=failed, **measured
        )
        if failed:
            raise failed


def _failure(answers: list[Response | None]) -> JourneyError | None:
    failing = [answer for answer in answers if answer and not answer.ok]
    return JourneyError(str(failing[0].status)) if failing else None
