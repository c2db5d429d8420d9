"""The payment gateway's API, as payment uses it.

GatewayError
├─ GatewayTimedOut      no answer in time: what was asked may have been done
├─ GatewayUnreachable   no connection, or it broke: it may have been done, too
├─ GatewayRejected      an answer we cannot use
├─ GatewayBusy          too many requests: nothing was done
└─ GatewayNotAsked      we did not ask: nothing was done
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import httpx

from kit.http import PeerClient, peer_failures
from kit.messages import Response
from services.payment.schemas import PaymentRequest


class GatewayError(Exception):
    """The gateway did not do what was asked, as far as we know."""

    perhaps_done: ClassVar[bool] = True


class GatewayTimedOut(GatewayError):
    pass


class GatewayUnreachable(GatewayError):
    pass


class GatewayRejected(GatewayError):
    pass


class GatewayBusy(GatewayError):
    perhaps_done = False


class GatewayNotAsked(GatewayError):
    perhaps_done = False


@dataclass(frozen=True)
class Credentials:
    """Our API key at the gateway."""

    api_key_id: str
    api_secret: str = field(repr=False)


@dataclass(frozen=True)
class Charge:
    """A charge in the gateway's books; state is captured, declined, refunded or cancelled."""

    id: str
    reference: str
    amount_cents: int
    state: str
    reason: str | None


class Gateway(Protocol):
    """A gateway as payment uses it; every method raises GatewayError."""

    async def authenticate(self, credentials: Credentials) -> str:
        """An access token."""
        ...

    async def charge(self, token: str, key: str, request: PaymentRequest) -> Charge:
        """Take the money, once for a key."""
        ...

    async def find(self, token: str, key: str) -> Charge | None:
        """The charge made with a key."""
        ...

    async def refund(self, token: str, key: str) -> Charge:
        """Give the money back, or see to it that it is never taken."""
        ...


class HttpGateway:
    """The gateway over HTTP; `timeout_s` is the longest wait for one answer."""

    def __init__(self, http: PeerClient, timeout_s: float) -> None:
        self._http = http
        self._timeout = httpx.Timeout(timeout_s)

    async def authenticate(self, credentials: Credentials) -> str:
        """An access token."""
        headers = {"X-Api-Key": f"{credentials.api_key_id}:{credentials.api_secret}"}
        answer = await self._ask("POST", "/v1/auth", headers)
        return str(_json(answer)["access_token"])

    async def charge(self, token: str, key: str, request: PaymentRequest) -> Charge:
        """Take the money, once for a key."""
        body = {
            "amount_cents": request.amount_cents,
            "card_number": request.card_number,
            "reference": request.order_id,
        }
        return _charge(await self._ask("POST", "/v1/charges", _bearer(token) | {"Idempotency-Key": key}, body))

    async def find(self, token: str, key: str) -> Charge | None:
        """The charge made with a key."""
        answer = await self._ask("GET", f"/v1/charges/{key}", _bearer(token))
        return None if answer.status_code == httpx.codes.NOT_FOUND else _charge(answer)

    async def refund(self, token: str, key: str) -> Charge:
        """Give the money back, or see to it that it is never taken."""
        return _charge(await self._ask("POST", "/v1/refunds", _bearer(token), {"idempotency_key": key}))

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], body: dict[str, Any] | None = None
    ) -> Response:
        with peer_failures("The payment gateway", timeout=GatewayTimedOut, unavailable=GatewayUnreachable):
            return await self._http.request(method, path, headers=headers, json=body, timeout=self._timeout)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _json(answer: Response) -> dict[str, Any]:
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise GatewayBusy("The payment gateway asks us to slow down.")
    if answer.is_error:
        raise GatewayRejected(f"The payment gateway answered {answer.status_code}.")
    document: dict[str, Any] = answer.json()
    return document


def _charge(answer: Response) -> Charge:
    document = _json(answer)
    return Charge(
        id=document["id"],
        reference=document["reference"],
        amount_cents=document["amount_cents"],
        state=document["state"],
        reason=document["reason"],
    )
