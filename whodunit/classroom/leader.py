"""The leader's lab as a student's lab speaks to it, over HTTP."""

from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from whodunit.classroom.schemas import Joined, Joining, Orders, Whereabouts
from whodunit.errors import LabError, WrongUseError
from whodunit.mystery.handin import HandIn

WITHIN_S = 5.0
AWAY = "Is the address right, does the leader's lab run, and does it listen on the network (--listen)?"
SHOWN = "The leader's page shows the address. To give this one up: whodunit class leave"

Told = TypeVar("Told", bound=BaseModel)


class HttpLeader:
    """The leader at one address."""

    def __init__(self, address: str) -> None:
        """Raises WrongUseError for what is no address."""
        self._address = address.rstrip("/")
        if not self._address.startswith(("http://", "https://")):
            raise WrongUseError(f"{address!r} is no address.", "The leader's page shows it: http://192.168.1.5:8079")
        self._http = httpx.AsyncClient(timeout=WITHIN_S, trust_env=False)

    async def join(self, joining: Joining) -> Joined:
        """Join the class; raises WrongUseError when it refuses, and LabError when nobody answers."""
        return await self._told(Joined, "/join", joining)

    async def here(self, token: str, where: Whereabouts) -> Orders:
        """Tell how far this student is."""
        return await self._told(Orders, "/here", where, token)

    async def hand_in(self, token: str, handed_in: HandIn) -> None:
        """Send an answer."""
        await self._asked("PUT", "/hand-in", handed_in.model_dump_json(), token)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _told(self, form: type[Told], path: str, body: BaseModel, token: str = "") -> Told:
        told = await self._asked("POST", path, body.model_dump_json(), token)
        try:
            return form.model_validate(told)
        except ValidationError as error:
            raise LabError(f"What answers at {self._address} is no class.", SHOWN) from error

    async def _asked(self, method: str, path: str, body: str, token: str = "") -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            answer = await self._http.request(method, self._address + path, content=body, headers=headers)
            told = answer.json() if answer.content else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise LabError(f"No class answers at {self._address}.", AWAY) from error
        if answer.is_error:
            told = told if isinstance(told, dict) else {}
            kind = WrongUseError if answer.is_client_error else LabError
            raise kind(str(told.get("detail") or f"{self._address} refused."), str(told.get("hint") or AWAY))
        return told
