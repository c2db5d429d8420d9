"""The processor time that order is given."""

from typing import Protocol


class Allotment(Protocol):
    """Whoever gives order its processor time."""

    def order_begins(self) -> None:
        """One more order is taken."""
        ...


class AllThereIs:
    """Order takes what the machine has."""

    def order_begins(self) -> None:
        """Nothing is counted."""
