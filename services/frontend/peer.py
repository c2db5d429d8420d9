"""Asking a peer, with its failures told as problems of our own."""

from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel

from kit.errors import (
    BadGateway,
    Conflict,
    GatewayTimeout,
    InternalError,
    Invalid,
    NotFound,
    ProblemError,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from kit.http import PeerClient, peer_failures, understood
from kit.messages import Response

M = TypeVar("M", bound=BaseModel)

_PASSED_ON: dict[int, type[ProblemError]] = {
    error.status: error
    for error in (
        Invalid,
        Unauthorized,
        NotFound,
        Conflict,
        TooManyRequests,
        InternalError,
        Unavailable,
        GatewayTimeout,
    )
}


class Peer:
    """One service that the frontend asks."""

    def __init__(self, name: str, client: PeerClient) -> None:
        self._name = name
        self._client = client

    async def ask(self, method: str, path: str, **options: Any) -> Response:
        """Send a request; any answer but a success is raised as the matching `ProblemError`."""
        with peer_failures(f"The {self._name} service"):
            response = await self._client.request(method, path, **options)
        if not response.is_success:
            raise self._problem(response)
        return response

    async def read(self, model: type[M], method: str, path: str, **options: Any) -> M:
        """Send a request and read its answer as a `model`."""
        response = await self.ask(method, path, **options)
        return understood(self._name, model, response.content)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _problem(self, response: Response) -> ProblemError:
        if response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
            return InternalError("Something went wrong.")
        kind = _PASSED_ON.get(response.status_code)
        if kind is None:
            return BadGateway(f"The {self._name} service answered {response.status_code}.")
        return kind(_detail(response))


def _detail(response: Response) -> str:
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return ""
    return detail if isinstance(detail, str) else ""
