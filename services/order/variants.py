"""What a next release of order does (receipts, or another configuration), and less processor time than there is."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import BoundedSemaphore
from time import process_time
from typing import Protocol

import segno
from opentelemetry import trace

from kit import telemetry_settings
from kit.changes import ChangeWatcher
from kit.variants import Choice
from kit.volume import Volume
from services.order.processor_time import Allotment
from services.order.receipts import FiledReceipts, Receipts, name_of, write
from services.order.schemas import Order
from services.order.telemetry import Telemetry

COPIES = ("customer", "shop", "accounts")
VERSION = 34
"""One size of code for all receipts, however long they are: 153 modules a side."""

SCALE = 20
"""Pixels a module: sharp on paper, too."""

PAGE_DOTS = (1240, 1754)

SIGNING_KEY = b"receipts-sandbox"

MOST_WAITING = 8
"""Receipts for the thread; what is beyond them is rendered when somebody asks for it."""

WARM_UP, MEASURED = 15, 20
"""Orders: the first ones of a process cost more, since statements are compiled and caches are empty."""

ORDERS_PER_S = 5.0
"""Above the three of the quiet hours of scenarios/evening-rush, and about half of what comes in its evening."""

STAGING_RECEIVER = "http://otel-collector.staging:4318"

Printer = Callable[[Order], Awaitable[None]]


class PrintedReceipts:
    """Renders all copies of a receipt before the order counts as completed."""

    def __init__(self, printer: Callable[[], Printer], filed: Receipts) -> None:
        self._printer = printer
        self._filed = filed
        self._tracer = trace.get_tracer("shop.order")

    async def issue(self, order: Order) -> None:
        """Render the receipt of an order."""
        with self._tracer.start_as_current_span("issue receipt"):
            await self._printer()(order)
        await self._filed.issue(order)


class PaperReceipts(FiledReceipts):
    """Makes a receipt out as a page for the printer as well, and leaves the page behind unless it is `tidy`."""

    def __init__(self, volume: Volume, telemetry: Telemetry, tidy: Callable[[], bool]) -> None:
        super().__init__(volume, telemetry)
        self._is_tidy = tidy

    def file(self, volume: Volume, order: Order) -> None:
        """Write an order's page, then its file; raises OSError."""
        printed = f"{name_of(order)}.page"
        write(volume, printed, page(order))
        super().file(volume, order)
        if self._is_tidy():
            volume.remove([printed])


async def render_at_once(order: Order) -> None:
    """Render it here and now: in the event loop, where all other requests wait."""
    render(order)


class RenderingThread:
    """Renders receipts one after the other, beside the event loop; nobody waits for them."""

    def __init__(self, render: Callable[[Order], object]) -> None:
        self._render = render
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="receipts")
        self._room = BoundedSemaphore(MOST_WAITING)

    async def take_on(self, order: Order) -> None:
        """Leave a receipt to the thread, unless too many wait for it already."""
        if self._room.acquire(blocking=False):
            self._thread.submit(self._render, order).add_done_callback(lambda _: self._room.release())

    def close(self) -> None:
        """Give up what has not begun."""
        self._thread.shutdown(cancel_futures=True)


def page(order: Order) -> bytes:
    """An A4 page of 150 dots an inch, black and white (PBM): a receipt's own bytes as a code, and blank below."""
    rows = order.model_dump_json().encode()
    return b"P4\n%d %d\n" % PAGE_DOTS + rows.ljust(-(-PAGE_DOTS[0] // 8) * PAGE_DOTS[1], b"\0")


def render(order: Order) -> int:
    """Make out the signed copies of a receipt as pictures; their size in bytes."""
    return sum(len(_picture(order, copy)) for copy in COPIES)


def _picture(order: Order, copy: str) -> bytes:
    text = f"{copy};{order.model_dump_json()}"
    signature = hmac.new(SIGNING_KEY, text.encode(), hashlib.sha256).hexdigest()
    picture = BytesIO()
    segno.make(f"{text};{signature}", error="q", version=VERSION).save(picture, kind="png", scale=SCALE)
    return picture.getvalue()


def as_given() -> None:
    """Leave the environment as whoever starts the service has set it."""


def of_staging() -> None:
    """Send telemetry where it went when the release was tried: to a receiver whose name nobody has here."""
    telemetry_settings.send_to(STAGING_RECEIVER)


class Limit(Protocol):
    """A limit of this process's processor time."""

    def set(self, cores: float) -> None:
        """Let this process use no more than `cores` from now on."""
        ...

    def lift(self) -> None:
        """Let it use what there is."""
        ...


class QuietHoursAllotment:
    """Gives order the processor time that `ORDERS_PER_S` take, by what orders cost when it was measured."""

    def __init__(self, limit: Limit, used_s: Callable[[], float] = process_time) -> None:
        self._limit = limit
        self._used_s = used_s
        self._orders = 0
        self._since_s = 0.0

    def order_begins(self) -> None:
        """Count it; after enough of them, set the limit."""
        self._orders += 1
        if self._orders == WARM_UP:
            self._since_s = self._used_s()
        elif self._orders == WARM_UP + MEASURED:
            self._limit.set(ORDERS_PER_S * (self._used_s() - self._since_s) / MEASURED)

    async def watch(self, choice: Choice[Allotment]) -> None:
        """Lift the limit whenever another allotment is chosen, and measure anew when it is this one again."""
        watcher = ChangeWatcher(choice)
        try:
            while True:
                await watcher.next()
                if choice.look() is not self:
                    self._lift()
        finally:
            self._lift()

    def _lift(self) -> None:
        self._orders = 0
        self._limit.lift()
