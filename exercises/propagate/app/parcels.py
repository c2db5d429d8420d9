"""Parcels: one message for each order goes into a queue, and a depot sends three parcels at a time."""

import json
import logging
import queue
from threading import Thread

log = logging.getLogger(__name__)

QUEUE = "parcels"
ON_A_PALLET = 3
END = ""


class Parcels:
    """A queue as another program would offer it: it takes texts, and nothing else."""

    def __init__(self) -> None:
        self._messages: queue.Queue[str] = queue.Queue()

    def send(self, order: int) -> None:
        """Ask for the parcel of an order."""
        self._messages.put(json.dumps({"headers": {}, "order": order}))

    def end(self) -> None:
        """Say that no more will come."""
        self._messages.put(END)

    def receive(self) -> list[str]:
        """Wait for three messages, or fewer at the end; none when no more will come."""
        received: list[str] = []
        while len(received) < ON_A_PALLET and (message := self._messages.get()) != END:
            received.append(message)
        return received


class Depot:
    """Puts parcels on pallets, three on each, in a thread."""

    def __init__(self, parcels: Parcels) -> None:
        self._parcels = parcels
        self._thread = Thread(target=self._work, name="depot", daemon=True)

    def open(self) -> None:
        """Begin to work."""
        self._thread.start()

    def close(self) -> None:
        """Finish what is in the queue."""
        self._parcels.end()
        self._thread.join()

    def _work(self) -> None:
        while received := self._parcels.receive():
            orders = [json.loads(message)["order"] for message in received]
            log.info("A pallet leaves.", extra={"orders": orders})
            if len(received) < ON_A_PALLET:
                return
