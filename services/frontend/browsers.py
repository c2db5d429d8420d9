"""What pages tell of themselves: spans are passed on, web vitals are measured here.

Anybody may send anything, so it is bounded, and whose it is said to be is written here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any, TypeVar

import httpx
from fastapi import APIRouter, Depends, Request, status
from opentelemetry.metrics import Meter, get_meter
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kit.buckets import SECONDS
from kit.connections import Connections
from kit.errors import ContentTooLarge, Invalid, TooManyRequests, Unavailable
from kit.http import PeerClient, peer_failures
from kit.network import AiohttpNetwork, JoinedNetwork, Network
from kit.platform import Platform
from services.frontend.origin import refuse_other_sites

SERVICE = "browser"
JSON = "application/json"
MOST_BYTES = 128 << 10
"""A page with 24 pictures tells 20,000 bytes; a browser sends no more than 64 KiB when it leaves a page."""

REQUESTS_PER_S = 50.0
TIMEOUT = httpx.Timeout(2.0)
CONNECTIONS = Connections(most=4)
SHIFTS = (0.0, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0)
LONGEST_MS = 600_000

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


Milliseconds = Annotated[float | None, Field(ge=0, le=LONGEST_MS)]


class PageVitals(BaseModel):
    """How one view of a page felt; what did not happen is left out."""

    model_config = ConfigDict(extra="forbid")

    page: str
    ttfb: Milliseconds = None
    fcp: Milliseconds = None
    lcp: Milliseconds = None
    inp: Milliseconds = None
    load: Milliseconds = None
    cls: Annotated[float | None, Field(ge=0, le=1000)] = None


class Vitals:
    """The web vitals of all pages, by page."""

    NAMES: Mapping[str, str] = {
        "ttfb": "shop.page.time_to_first_byte",
        "fcp": "shop.page.first_contentful_paint",
        "lcp": "shop.page.largest_contentful_paint",
        "inp": "shop.page.interaction_to_next_paint",
        "load": "shop.page.load",
    }

    def __init__(self, pages: frozenset[str], meter: Meter) -> None:
        self._pages = pages
        self._durations = {
            vital: meter.create_histogram(name, "s", explicit_bucket_boundaries_advisory=SECONDS)
            for vital, name in self.NAMES.items()
        }
        self._shift = meter.create_histogram(
            "shop.page.cumulative_layout_shift", "1", explicit_bucket_boundaries_advisory=SHIFTS
        )

    def record(self, told: PageVitals) -> None:
        """Record one view; raises `Invalid` for a page that there is not."""
        if told.page not in self._pages:
            raise Invalid(f"page is one of {', '.join(sorted(self._pages))}.")
        attributes = {"shop.page": told.page}
        for vital, histogram in self._durations.items():
            if (milliseconds := getattr(told, vital)) is not None:
                histogram.record(milliseconds / 1000, attributes)
        if told.cls is not None:
            self._shift.record(told.cls, attributes)


class Allowance:
    """So many requests a second, and as many at once."""

    def __init__(self, per_s: float = REQUESTS_PER_S, clock: Callable[[], float] = monotonic) -> None:
        self._per_s = per_s
        self._clock = clock
        self._left = per_s
        self._since = clock()

    def take(self) -> None:
        """Take one; raises `TooManyRequests`."""
        now = self._clock()
        self._left = min(self._per_s, self._left + (now - self._since) * self._per_s)
        self._since = now
        if self._left < 1:
            raise TooManyRequests("Browsers tell more than is taken here.")
        self._left -= 1


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
    allowance: Allowance


def listener(url: str, platform: Platform, pages: frozenset[str]) -> Listener:
    """For pages of these names; spans go to the OTLP receiver at `url`."""
    network: Network
    if platform.transport:
        network = JoinedNetwork(platform.transport)
    else:
        network = AiohttpNetwork(CONNECTIONS, verify=url.startswith("https:"))
    return Listener(Receiver(url, network), Vitals(pages, get_meter("shop.page")), Allowance())


async def _listener(request: Request) -> Listener:
    found: Listener = request.app.state.listener
    return found


TheListener = Annotated[Listener, Depends(_listener)]


async def _body(request: Request, listener: TheListener) -> bytes:
    """The body, read no further than is allowed; raises `TooManyRequests`, `Invalid` or `ContentTooLarge`."""
    listener.allowance.take()
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
