"""The lab's own evaluation in lite mode: judges the objectives on the embedded store while the shop is open."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from whodunit.alerts.schemas import Json, as_json
from whodunit.telemetry.answers import AlertList

if TYPE_CHECKING:
    from whodunit.alerts.evaluation import Evaluation

logger = logging.getLogger("whodunit.alerts")


class LiteAlerts:
    """The alerts of the embedded store: none before the first round, which waits until the shop is open."""

    def __init__(self, prepare: Callable[[], "Evaluation"]) -> None:
        """Nothing happens yet: no thread, no connection, no file is read. `prepare` is called once the shop is open."""
        self._prepare = prepare
        self._evaluation: Evaluation | None = None

    @classmethod
    def on(cls, store_url: str) -> "LiteAlerts":
        """Alerts judged on the store that listens at `store_url`."""
        return cls(lambda: _on_store(store_url))

    async def watch(self, opened: Awaitable[object]) -> None:
        """Judge again and again once `opened` is done, until cancelled."""
        await opened
        self._evaluation = await asyncio.to_thread(self._prepare)
        while True:
            await asyncio.sleep(self._evaluation.interval_s)
            try:
                await asyncio.to_thread(self._evaluation.judge, datetime.now(UTC))
            except Exception:
                logger.exception("The alerts could not be judged; it will be tried again.")

    def state(self) -> Json:
        """The alerts that are pending or firing, as `GET /alerts` answers."""
        return as_json(self._evaluation.alerts() if self._evaluation else AlertList([], ""))

    def begin_again(self) -> None:
        """Forgets every alert: the telemetry behind it is gone. May block."""
        if self._evaluation:
            self._evaluation = self._prepare()


def _on_store(store_url: str) -> "Evaluation":
    from whodunit.alerts import embedded  # noqa: PLC0415  starting must not wait for it

    return embedded.evaluation(store_url)
