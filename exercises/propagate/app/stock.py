"""Reserves goods in a thread of its own, so that customers need not wait for it."""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor

from opentelemetry import trace

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)

AT_THE_SHELF_S = 0.25


class Stock:
    """The shelves."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stock")

    def reserve(self, order: int) -> None:
        """Have the goods of an order reserved, soon."""
        self._thread.submit(self._reserve, order).add_done_callback(_tell)

    def close(self) -> None:
        """Finish what was begun."""
        self._thread.shutdown()

    def _reserve(self, order: int) -> None:
        with tracer.start_as_current_span("reserve stock", attributes={"order.id": order}):
            time.sleep(AT_THE_SHELF_S)
            log.info("Goods are reserved.", extra={"order": order})


def _tell(reserved: Future[None]) -> None:
    """A pool keeps an exception of its work in the future, where nobody looks."""
    if error := reserved.exception():
        log.error("Goods are not reserved.", exc_info=error)
