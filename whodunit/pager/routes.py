"""The lab's routes of the pager, and the form in which Alertmanager calls a webhook."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from whodunit.pager.pages import Fired, Page, Pager

NO_CONTENT = 204


class Notice(BaseModel):
    """One alert of a `Call`."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = {}

    @property
    def alert(self) -> Fired:
        """The alert, by the labels that this shop's rules give it."""
        return Fired(
            name=self.labels.get("alertname", ""),
            service=self.labels.get("service", ""),
            severity=self.labels.get("severity", "page"),
            summary=self.annotations.get("summary", ""),
            told_by="webhook",
        )


class Call(BaseModel):
    """What is read of Alertmanager's webhook: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config"""

    alerts: list[Notice]


def routes(pager: Pager) -> list[Route]:
    """Everything under `/pages`."""
    found = _Routes(pager)
    return [
        Route("/pages", found.pages, methods=["GET"]),
        Route("/pages/call", found.call, methods=["POST"]),
        Route("/pages/acknowledge", found.acknowledge_all, methods=["POST"]),
        Route("/pages/{page}/acknowledge", found.acknowledge, methods=["POST"]),
    ]


class _Routes:
    def __init__(self, pager: Pager) -> None:
        self._pager = pager

    async def pages(self, _request: Request) -> Response:
        return _answer(self._pager.pages())

    async def call(self, request: Request) -> Response:
        call = Call.model_validate(await request.json())
        for notice in call.alerts:
            told = self._pager.fires if notice.status == "firing" else self._pager.ends
            await asyncio.to_thread(told, notice.alert, datetime.now(UTC))
        return Response(status_code=NO_CONTENT)

    async def acknowledge_all(self, _request: Request) -> Response:
        return _answer(await asyncio.to_thread(self._pager.acknowledge, None, datetime.now(UTC)))

    async def acknowledge(self, request: Request) -> Response:
        page = request.path_params["page"]
        return _answer(await asyncio.to_thread(self._pager.acknowledge, page, datetime.now(UTC)))


def _answer(pages: Sequence[Page]) -> Response:
    return JSONResponse({"pages": [page.model_dump(mode="json") for page in pages]})
