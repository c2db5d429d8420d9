"""The store's HTTP face: OTLP in, SQL out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import duckdb
from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from whodunit.store import otlp
from whodunit.store.inbox import InboxFull
from whodunit.store.questions import questions
from whodunit.store.resources import Resources
from whodunit.store.store import Store

AGAIN = {"Retry-After": "1"}


def create_app(store: Store) -> Starlette:
    """The store behind its routes; it writes from the server's start to its end."""
    resources = Resources()
    ingest = [Route(s.path, _receiver(s, store, resources), methods=["POST"]) for s in otlp.SIGNALS]
    return Starlette(routes=[*ingest, *questions(store)], lifespan=_writing(store))


def _writing(store: Store) -> Callable[[Starlette], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        store.start()
        yield
        await to_thread.run_sync(store.stop)

    return lifespan


def _receiver(signal: otlp.Signal, store: Store, resources: Resources) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        try:
            body = await _body(request)
            batch = otlp.decode(signal, body, request.headers.get("content-encoding", ""), resources)
            await asyncio.wrap_future(store.put(batch))
        except otlp.WireError as error:
            return _otlp(otlp.refused(str(error)), error.status)
        except (InboxFull, duckdb.FatalException) as error:
            return _otlp(otlp.refused(str(error)), 503, AGAIN)
        except duckdb.DataError as error:
            return _otlp(otlp.refused(f"These rows cannot be stored: {error}"), 400)
        except duckdb.Error as error:
            return _otlp(otlp.refused(f"Nothing can be stored now: {error}"), 503, AGAIN)
        return _otlp(otlp.accepted(signal, batch.left_out))

    return receive


async def _body(request: Request) -> bytes:
    """The request's bytes; raises `WireError` for what is not protobuf or too large."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != otlp.PROTOBUF:
        raise otlp.WireError(415, f"Content-Type {kind or '(none)'} is not understood; send {otlp.PROTOBUF}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > otlp.MOST_BYTES:
            raise otlp.WireError(413, f"The body is larger than {otlp.MOST_BYTES} bytes.")
    return bytes(body)


def _otlp(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type=otlp.PROTOBUF)
