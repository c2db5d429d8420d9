"""The store's routes for readers: SQL, its state, a stretch of telemetry as a file."""

from typing import Any

import duckdb
from anyio import CapacityLimiter, to_thread
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.refusals import problem
from whodunit.store import schema
from whodunit.store.export import Stretch
from whodunit.store.reader import Refused
from whodunit.store.store import Store

QUERIES_AT_ONCE = 2  # each may need a good part of the database's memory
TABLES = {table.name: table for table in schema.TABLES}
PARQUET = "application/vnd.apache.parquet"


class ExportQuery(BaseModel):
    """The query of GET /telemetry/{table}."""

    model_config = ConfigDict(extra="forbid")

    start: AwareDatetime
    end: AwareDatetime


class Question(BaseModel):
    """The body of POST /sql; `?` in the statement stands for a parameter."""

    model_config = ConfigDict(extra="forbid")

    sql: str
    parameters: list[Any] = []


def questions(store: Store) -> list[Route]:
    """The routes."""
    asked = _Questions(store)
    return [
        Route("/sql", asked.sql, methods=["POST"]),
        Route("/telemetry", asked.forget, methods=["DELETE"]),
        Route("/telemetry/{table}", asked.export),
        Route("/stats", asked.stats),
        Route("/readyz", asked.readyz),
    ]


class _Questions:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._limiter = CapacityLimiter(QUERIES_AT_ONCE)

    async def sql(self, request: Request) -> Response:
        try:
            question = Question.model_validate_json(await request.body())
            return await to_thread.run_sync(self._answer, question, limiter=self._limiter)
        except ValidationError as error:
            return JSONResponse({"message": f"Send {{sql, parameters}} as JSON: {error}"}, 400)
        except Refused as error:
            return JSONResponse({"message": str(error)}, 400)

    async def stats(self, _: Request) -> Response:
        return JSONResponse(await to_thread.run_sync(self._store.stats))

    async def forget(self, _: Request) -> Response:
        try:
            await to_thread.run_sync(self._store.forget)
        except duckdb.Error as error:
            return JSONResponse({"message": f"Nothing was deleted, try again: {error}"}, 503)
        return Response(status_code=204)

    async def export(self, request: Request) -> Response:
        try:
            query = ExportQuery.model_validate(dict(request.query_params))
            table, stretch = TABLES[request.path_params["table"]], Stretch(query.start, query.end)
            file = await to_thread.run_sync(self._store.export, table, stretch, limiter=self._limiter)
        except ValidationError as error:
            return JSONResponse({"message": f"Ask for ?start=…&end=… in ISO 8601 with an offset: {error}"}, 400)
        except KeyError:
            return JSONResponse({"message": f"There is no such table; there are: {', '.join(TABLES)}"}, 404)
        except duckdb.Error as error:
            return JSONResponse({"message": f"Nothing was exported: {error}"}, 503)
        return Response(file, media_type=PARQUET)

    async def readyz(self, _: Request) -> Response:
        if error := self._store.write_error:
            hint = "Is the disk full? Free some space: what could not be written is sent again."
            return problem(503, f"The store could not write: {error}", hint)
        return JSONResponse({"ready": self._store.ready}, 200 if self._store.ready else 503)

    def _answer(self, question: Question) -> Response:
        return Response(self._store.ask(question.sql, question.parameters).json, media_type="application/json")
