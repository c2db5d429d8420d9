"""What a drill has measured."""

from dataclasses import asdict, dataclass
from typing import Any

from whodunit.audit.findings import Findings
from whodunit.drill.keeping import Cost
from whodunit.drill.objectives import Recovery

DAY_S = 86_400.0


@dataclass(frozen=True)
class Loss:
    """Orders that customers were told of (`taken`), and what became of them.

    lost: not in the database that came back. Of these, rebuilt: there again, from the books of gateway and inventory;
    nameless: nobody knows any more whose they are; guessed: prices of several products are averages; renumbered: under
    another number than the customer was told; gone: in no book. refunded: paid for goods that no book knows.
    pace: orders that the reconciler settled in a second, while none had to grow old enough for it; None for too few.
    seconds: between the newest order that came back and the newest one taken.
    """

    taken: int
    lost: int
    seconds: float
    rebuilt: int
    nameless: int
    guessed: int
    renumbered: int
    refunded: int
    gone: int
    pace: float | None


@dataclass(frozen=True)
class Times:
    """Seconds since the loss: the database is back, orders are taken again, all books agree."""

    restored_s: float
    open_s: float
    agreed_s: float


@dataclass(frozen=True)
class Measured:
    """One way of keeping the database. `day_s`: so many seconds stood for a day; None where nothing was scaled."""

    name: str
    keeps: str
    rate: float
    day_s: float | None
    loss: Loss
    times: Times
    books: Findings
    cost: Cost

    @property
    def lost_data_s(self) -> float:
        """Seconds of data lost, as of a real day."""
        return self.loss.seconds * (DAY_S / self.day_s if self.day_s else 1.0)

    @property
    def orders_of_a_day(self) -> int:
        """Orders of a real day at the drill's rate."""
        return round(self.rate * DAY_S)

    @property
    def replay_of_a_day_s(self) -> float | None:
        """Time to rebuild a whole day's orders at that pace; computed, not measured."""
        return self.orders_of_a_day / self.loss.pace if self.loss.pace else None

    def misses(self, objectives: Recovery) -> list[str]:
        """The promises that were not kept."""
        found = {
            "lost data": self.lost_data_s > objectives.lost_data,
            "recovery": self.times.agreed_s > objectives.recovery,
            "books": not self.books.held,
        }
        return [name for name, is_missed in found.items() if is_missed]

    def as_json(self, objectives: Recovery) -> dict[str, Any]:
        """Everything; scripts rely on its keys."""
        computed = {"lost_data_s": self.lost_data_s, "replay_of_a_day_s": self.replay_of_a_day_s}
        return asdict(self) | computed | {"misses": self.misses(objectives)}
