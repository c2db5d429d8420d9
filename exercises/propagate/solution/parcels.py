"""Parcels: one message for each order goes into a queue, and a depot sends three parcels at a time."""

import json
import logging
import queue
from threading import Thread
from typing import Any

from opentelemetry import context, propagate, trace
from opentelemetry.trace import Link, SpanKind

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)

QUEUE = "parcels"
ON_A_PALLET = 3
END = ""

OF_QUEUE = {"messaging.system": "in_memory", "messaging.destination.name": QUEUE}


class Parcels:
    """A queue as another program would offer it: it takes texts, and nothing else."""

    def __init__(self) -> None:
        self._messages: queue.Queue[str] = queue.Queue()

    def send(self, order: int) -> None:
        """Ask for the parcel of an order."""
        sending = OF_QUEUE | {"messaging.operation.type": "send", "messaging.operation.name": "send"}
        with tracer.start_as_current_span(f"send {QUEUE}", kind=SpanKind.PRODUCER, attributes=sending):
            headers: dict[str, str] = {}
            propagate.inject(headers)
            self._messages.put(json.dumps({"headers": headers, "order": order}))

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
            self._load([json.loads(message) for message in received])
            if len(received) < ON_A_PALLET:
                return

    def _load(self, messages: list[dict[str, Any]]) -> None:
        """A pallet is work of several orders: its trace is its own, with a link to each of theirs."""
        processing = OF_QUEUE | {
            "messaging.operation.type": "process",
            "messaging.operation.name": "process",
            "messaging.batch.message_count": len(messages),
        }
        with tracer.start_as_current_span(
            f"process {QUEUE}",
            context=context.Context(),
            kind=SpanKind.CONSUMER,
            attributes=processing,
            links=[_link(message["headers"]) for message in messages],
        ):
            log.info("A pallet leaves.", extra={"orders": [message["order"] for message in messages]})


def _link(headers: dict[str, str]) -> Link:
    return Link(trace.get_current_span(propagate.extract(headers)).get_span_context())
