"""The supplier of the shop's limited editions: another external service, in the same process."""

from services.gateway.latency import pass_time


class Supplier:
    """Confirms that pieces of an edition can be delivered; the median time that it takes is in milliseconds."""

    def __init__(self, confirm_ms: float) -> None:
        self._confirm_ms = confirm_ms

    async def confirm(self) -> None:
        """Take as long as a confirmation does."""
        await pass_time(self._confirm_ms)
