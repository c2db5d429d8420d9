"""The store's HTTP face: OTLP in, SQL out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import duckdb
from anyio import CapacityLimiter, to_thread
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.store import otlp
from whodunit.store.inbox import InboxFull
from whodunit.store.reader import Refused
from whodunit.store.resources import Resources
from whodunit.store.store import Store

QUERIES_AT_ONCE = 2  # each may need a good part of the database's memory
AGAIN = {"Retry-After": "1"}


class Question(BaseModel):
    """The body of POST /sql; `?` in the statement stands for a parameter."""

    model_config = ConfigDict(extra="forbid")

    sql: str
    parameters: list[Any] = []


def create_app(store: Store) -> Starlette:
    """The store behind its routes; it writes from the server's start to its end."""
    resources = Resources()
    ingest = [Route(s.path, _receiver(s, store, resources), methods=["POST"]) for s in otlp.SIGNALS]
    return Starlette(routes=[*ingest, *_questions(store)], lifespan=_writing(store))


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


def _questions(store: Store) -> list[Route]:
    limiter = CapacityLimiter(QUERIES_AT_ONCE)

    async def sql(request: Request) -> Response:
        try:
            question = Question.model_validate_json(await request.body())
            return await to_thread.run_sync(_answer, store, question, limiter=limiter)
        except ValidationError as error:
            return JSONResponse({"message": f"Send {{sql, parameters}} as JSON: {error}"}, 400)
        except Refused as error:
            return JSONResponse({"message": str(error)}, 400)

    async def stats(_: Request) -> Response:
        return JSONResponse(await to_thread.run_sync(store.stats))

    async def forget(_: Request) -> Response:
        try:
            await to_thread.run_sync(store.forget)
        except duckdb.Error as error:
            return JSONResponse({"message": f"Nothing was deleted, try again: {error}"}, 503)
        return Response(status_code=204)

    async def readyz(_: Request) -> Response:
        return JSONResponse({"ready": store.ready}, 200 if store.ready else 503)

    return [
        Route("/sql", sql, methods=["POST"]),
        Route("/telemetry", forget, methods=["DELETE"]),
        Route("/stats", stats),
        Route("/readyz", readyz),
    ]


def _answer(store: Store, question: Question) -> Response:
    return Response(store.ask(question.sql, question.parameters).json, media_type="application/json")
