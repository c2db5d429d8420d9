"""An exporter that does not give up, and counts when it must."""

from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter as SpanTransport
from opentelemetry.sdk.trace.export import SpanExportResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kit.exporters import SpanExporter
from kit.exporting import GIVE_UP_AFTER_S, LastAnswer, Persistence
from tests.unit.loadgen.serving import serve


class SteppingClock:
    """Every look at the clock finds it `step_s` later."""

    def __init__(self, step_s: float) -> None:
        self.now = 0.0
        self.step_s = step_s

    def __call__(self) -> float:
        self.now += self.step_s
        return self.now


class Receiver:
    """Takes a batch at the attempt numbered `takes_at`; until then it answers `status` (None: no answer at all)."""

    def __init__(self, session: LastAnswer, status: int | None, takes_at: int) -> None:
        self.session, self.status, self.takes_at = session, status, takes_at
        self.attempts = 0

    def __call__(self) -> bool:
        self.attempts += 1
        self.session.status = self.status
        return self.attempts >= self.takes_at


def test_a_batch_is_offered_until_taken() -> None:
    session = LastAnswer()
    receiver = Receiver(session, status=None, takes_at=4)
    assert Persistence("traces", session, pauses_s=(0.0,)).offer(receiver, items=10)
    assert receiver.attempts == 4


def test_a_refused_batch_is_not_offered_again() -> None:
    session = LastAnswer()
    receiver = Receiver(session, status=400, takes_at=99)
    assert not Persistence("traces", session).offer(receiver, items=10)
    assert receiver.attempts == 1


def test_a_batch_is_given_up_after_five_minutes() -> None:
    session = LastAnswer()
    receiver = Receiver(session, status=503, takes_at=99)
    assert not Persistence("traces", session, SteppingClock(60), (0.0,)).offer(receiver, items=10)
    assert receiver.attempts == GIVE_UP_AFTER_S / 60 + 1


def test_a_suspended_machine_costs_no_batch() -> None:
    session = LastAnswer()
    receiver = Receiver(session, status=None, takes_at=3)
    assert Persistence("traces", session, SteppingClock(36_000), (0.0,)).offer(receiver, items=10)


def test_a_stop_ends_the_waiting() -> None:
    session = LastAnswer()
    persistence = Persistence("traces", session)
    persistence.stop()
    receiver = Receiver(session, status=None, takes_at=99)
    assert not persistence.offer(receiver, items=10)
    assert receiver.attempts == 1


@pytest.mark.process
def test_requests_share_a_connection_and_their_answers_are_remembered() -> None:
    ports: set[int] = set()
    received: list[tuple[str | None, bytes]] = []
    statuses = iter((200, 400))

    async def receive(request: Request) -> Response:
        assert request.client
        ports.add(request.client.port)
        received.append((request.headers.get("content-type"), await request.body()))
        return Response("understood", next(statuses))

    session = LastAnswer()
    with serve(Starlette(routes=[Route("/v1/traces", receive, methods=["POST"])])) as url:
        for refused in (False, True):
            session.request(
                "POST", f"{url}/v1/traces", headers={"Content-Type": "text/plain"}, data=b"spans", timeout=5
            )
            assert session.refused is refused
    session.close()
    assert received == [("text/plain", b"spans")] * 2
    assert len(ports) == 1


class Transport(SpanTransport):
    """Answers what it is told to, and is closed once."""

    def __init__(self, answer: SpanExportResult) -> None:
        self.answer = answer
        self.closed = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self.answer

    def shutdown(self) -> None:
        self.closed = True


def test_an_exporter_answers_as_its_transport_does_in_the_end() -> None:
    for answer in SpanExportResult:
        exporter = SpanExporter(Transport(answer))
        exporter.persistence.stop()
        assert exporter.export([]) is answer


def test_an_exporter_closes_its_transport() -> None:
    transport = Transport(SpanExportResult.SUCCESS)
    SpanExporter(transport).shutdown()
    assert transport.closed
