"""The supplier of the shop's limited editions: another external service, in the same process."""

from services.gateway.latency import pass_time


class Supplier:
    """Confirms that pieces of an edition can be delivered; the median time that it takes is in milliseconds."""

    def __init__(self, confirm_ms: float) -> None:
        self.confirm_ms = confirm_ms
        self.asked = 0

    async def confirm(self) -> None:
        """Take as long as a confirmation does."""
        self.asked += 1
        await pass_time(self.confirm_ms)
