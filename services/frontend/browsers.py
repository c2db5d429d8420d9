"""What pages tell of themselves: spans are passed on, web vitals are recorded.

Anybody may send anything, so it is bounded, and whose it is said to be is written here.
"""

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import httpx
from fastapi import APIRouter, Depends, Request, status
from opentelemetry.metrics import get_meter
from pydantic import BaseModel, Field, ValidationError

from kit.connections import Connections
from kit.errors import ContentTooLarge, Invalid, TooManyRequests, Unavailable
from kit.http import PeerClient, peer_failures
from kit.network import AiohttpNetwork, JoinedNetwork, Network
from kit.platform import Platform
from kit.token_bucket import TokenBucket
from services.frontend.origin import refuse_other_sites
from services.frontend.page_vitals import PageVitals, Vitals

SERVICE = "browser"
JSON = "application/json"
MOST_BYTES = 128 << 10
"""A page with 24 pictures tells 20,000 bytes; a browser sends no more than 64 KiB when it leaves a page."""

REQUESTS_PER_S = 50.0
TIMEOUT = httpx.Timeout(2.0)
CONNECTIONS = Connections(most=4)

M = TypeVar("M", bound=BaseModel)


class ResourceSpans(BaseModel):
    """Spans by scope, as OTLP writes them; read by who keeps them."""

    scope_spans: list[dict[str, Any]] = Field(alias="scopeSpans")


class Spans(BaseModel):
    """The body of an OTLP request."""

    resource_spans: list[ResourceSpans] = Field(alias="resourceSpans", max_length=10)

    def as_ours(self) -> dict[str, Any]:
        """The same, of the one service that browsers are."""
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": SERVICE}}]}
        spans = [{"resource": resource, "scopeSpans": each.scope_spans} for each in self.resource_spans]
        return {"resourceSpans": spans}


class Receiver:
    """Where the shop's own telemetry goes; what is sent there leaves no trace of itself."""

    def __init__(self, url: str, network: Network) -> None:
        self._client = PeerClient(url, network, TIMEOUT)
        self.close = self._client.aclose

    async def send(self, spans: Spans) -> None:
        """Pass spans on; raises `Unavailable` or `GatewayTimeout`."""
        with peer_failures("The receiver of telemetry"):
            answer = await self._client.post("/v1/traces", json=spans.as_ours())
        if not answer.is_success:
            raise Unavailable(f"The receiver of telemetry answered {answer.status_code}.")


@dataclass(frozen=True)
class Listener:
    """What browsers talk to."""

    receiver: Receiver
    vitals: Vitals
    allowance: TokenBucket


def listener(url: str, platform: Platform, pages: frozenset[str]) -> Listener:
    """For pages of these names; spans go to the OTLP receiver at `url`."""
    network: Network
    if platform.transport:
        network = JoinedNetwork(platform.transport)
    else:
        network = AiohttpNetwork(CONNECTIONS, verify=url.startswith("https:"))
    allowance = TokenBucket(REQUESTS_PER_S, REQUESTS_PER_S)
    return Listener(Receiver(url, network), Vitals(pages, get_meter("shop.page")), allowance)


async def _listener(request: Request) -> Listener:
    found: Listener = request.app.state.listener
    return found


TheListener = Annotated[Listener, Depends(_listener)]


async def _body(request: Request, listener: TheListener) -> bytes:
    """The body, read no further than is allowed; raises `TooManyRequests`, `Invalid` or `ContentTooLarge`."""
    if not listener.allowance.take():
        raise TooManyRequests("Browsers tell more than is taken here.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Invalid(f"Send it as {JSON}.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise ContentTooLarge(f"Send {MOST_BYTES} bytes at most.")
    return body


Body = Annotated[bytes, Depends(_body)]

router = APIRouter(prefix="/telemetry", include_in_schema=False, dependencies=[Depends(refuse_other_sites)])


@router.post("/v1/traces")
async def take_spans(listener: TheListener, body: Body) -> dict[str, Any]:
    """OTLP over HTTP, in JSON; answers as OTLP does when everything was taken."""
    await listener.receiver.send(_read(Spans, body))
    return {}


@router.post("/vitals", status_code=status.HTTP_204_NO_CONTENT)
async def take_vitals(listener: TheListener, body: Body) -> None:
    """The web vitals of one view of a page."""
    listener.vitals.record(_read(PageVitals, body))


def _read(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise Invalid(f"This is no {model.__name__}: {error.errors()[0]['msg']}.") from None
