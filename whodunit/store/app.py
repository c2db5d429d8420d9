"""The store's HTTP interface: OTLP in, SQL out."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import duckdb
from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from whodunit.store import otlp
from whodunit.store.attributes import Resources
from whodunit.store.inbox import InboxFull
from whodunit.store.questions import questions
from whodunit.store.store import Store

log = logging.getLogger("whodunit.store")

RETRY = {"Retry-After": "1"}
PAGES = Middleware(
    CORSMiddleware,
    allow_origin_regex=r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?",
    allow_methods=["POST"],
    allow_headers=["*"],
)
"""Pages that this machine serves may send from a browser."""


def create_app(store: Store) -> Starlette:
    """The store behind its routes; it writes from the server's start to its end."""
    resources = Resources()
    ingest = [
        Route(signal.path.removeprefix(otlp.PREFIX), _receiver(signal, store, resources), methods=["POST"])
        for signal in otlp.SIGNALS
    ]
    return Starlette(
        routes=[Mount(otlp.PREFIX, routes=ingest, middleware=[PAGES]), *questions(store)], lifespan=_writing(store)
    )


def _writing(store: Store) -> Callable[[Starlette], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        store.start()
        yield
        await to_thread.run_sync(store.stop)

    return lifespan


def _receiver(signal: otlp.Signal, store: Store, resources: Resources) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        kind = otlp.kind_of(request.headers.get("content-type", ""))
        try:
            body = otlp.unpacked(await _body(request, kind), request.headers.get("content-encoding", ""))
            batch = store.timely(otlp.decode(signal, body, kind, resources))
            await asyncio.wrap_future(store.put(batch))
        except otlp.WireError as error:
            return _answer(kind, otlp.refused(str(error), kind), error.status)
        except (InboxFull, duckdb.FatalException) as error:
            return _answer(kind, otlp.refused(str(error), kind), 503, RETRY)
        except duckdb.DataError as error:
            return _answer(kind, otlp.refused(f"These rows cannot be stored: {error}", kind), 400)
        except duckdb.Error as error:
            return _answer(kind, otlp.refused(f"Nothing can be stored now: {error}", kind), 503, RETRY)
        if remarks := otlp.remarks_on(signal, batch):
            log.warning("%s: %s", signal.path, remarks)
        return _answer(kind, otlp.accepted(signal, batch, kind))

    return receive


async def _body(request: Request, kind: str) -> bytes:
    """The request's bytes; raises `WireError` if they are in neither of OTLP's encodings, or too large."""
    if kind not in (otlp.PROTOBUF, otlp.JSON):
        hint = " (gRPC is not supported)" if kind.startswith("application/grpc") else ""
        message = f"Content-Type {kind or '(none)'} is not supported{hint}; send {otlp.PROTOBUF} or {otlp.JSON}."
        raise otlp.WireError(415, message)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > otlp.MOST_BYTES:
            raise otlp.WireError(413, f"The body is larger than {otlp.MOST_BYTES} bytes.")
    return bytes(body)


def _answer(kind: str, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type=otlp.PROTOBUF if kind == otlp.PROTOBUF else otlp.JSON)
