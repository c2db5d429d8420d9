"""The gateway's routes."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from kit.errors import Conflict, Invalid, NotFound, TooManyRequests, Unauthorized, responses
from kit.text import PRINTABLE
from services.gateway.access import TOKEN_LIFETIME_S
from services.gateway.breaches import Breaches
from services.gateway.schemas import Audit, Charge, ChargeRequest, Confirmation, Pieces, Range, RefundRequest, Token
from services.gateway.service import Gateway
from services.gateway.supplier import Supplier

router = APIRouter(tags=["gateway"])

_bearer = HTTPBearer(auto_error=False)
_api_key = APIKeyHeader(name="X-Api-Key", auto_error=False, description="`id:secret`")


async def gateway_of(request: Request) -> Gateway:
    """The collaborators that `create_app` put together."""
    gateway: Gateway = request.app.state.gateway
    return gateway


async def breaches_of(request: Request) -> Breaches:
    """The collaborators that `create_app` put together."""
    breaches: Callable[[], Breaches] = request.app.state.breaches
    return breaches()


async def supplier_of(request: Request) -> Supplier:
    """The collaborators that `create_app` put together."""
    supplier: Callable[[], Supplier] = request.app.state.supplier
    return supplier()


TheGateway = Annotated[Gateway, Depends(gateway_of)]
TheBreaches = Annotated[Breaches, Depends(breaches_of)]
TheSupplier = Annotated[Supplier, Depends(supplier_of)]
IdempotencyKey = Annotated[str, Header(min_length=1, max_length=64, pattern=PRINTABLE)]
KeyPath = Annotated[str, Path(max_length=64, pattern=PRINTABLE)]


async def merchant_of(
    gateway: TheGateway, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    """The API key id behind the token, counted against its rate limit."""
    if bearer is None:
        raise Unauthorized("An access token is needed.")
    merchant = gateway.access.check(bearer.credentials)
    gateway.rate_limit.take(merchant)
    return merchant


signed_in = [Depends(merchant_of)]


@router.post("/v1/auth", responses=responses(Unauthorized, TooManyRequests))
async def authenticate(gateway: TheGateway, api_key: Annotated[str | None, Depends(_api_key)]) -> Token:
    """Exchange an API key for an access token."""
    token = await gateway.access.issue(api_key or "")
    gateway.rate_limit.take(gateway.access.check(token))
    await gateway.latency().authenticate()
    return Token(access_token=token, expires_in=TOKEN_LIFETIME_S)


@router.post("/v1/charges", dependencies=signed_in, responses=responses(Unauthorized, Conflict, TooManyRequests))
async def charge(gateway: TheGateway, body: ChargeRequest, idempotency_key: IdempotencyKey) -> Charge:
    """Charge a card once; the same key answers the same charge."""
    await gateway.latency().charge()
    return await gateway.charges.create(idempotency_key, body)


@router.get(
    "/v1/charges/{idempotency_key}",
    dependencies=signed_in,
    responses=responses(Unauthorized, NotFound, TooManyRequests),
)
async def find_charge(gateway: TheGateway, idempotency_key: KeyPath) -> Charge:
    """The charge as it stands now."""
    return await gateway.charges.find(idempotency_key)


@router.post("/v1/refunds", dependencies=signed_in, responses=responses(Unauthorized, TooManyRequests))
async def refund(gateway: TheGateway, body: RefundRequest) -> Charge:
    """Give the money back; cancels a charge that has not come in yet."""
    return await gateway.charges.refund(body.idempotency_key)


@router.get("/v1/breached-passwords", responses=responses(Invalid))
async def search_range(breaches: TheBreaches, prefix: Annotated[str, Query(pattern="^[0-9A-F]{5}$")]) -> Range:
    """Breached passwords whose SHA-1 begins like this. Needs no key: another external service, in the same process."""
    return Range(suffixes=await breaches.suffixes(prefix))


@router.post("/v1/confirmations", responses=responses(Invalid))
async def confirm(supplier: TheSupplier, body: Pieces) -> Confirmation:
    """Confirm that pieces of an edition can be delivered; the same reference again is the same confirmation."""
    await supplier.confirm()
    return Confirmation(reference=body.reference)


@router.get("/audit")
async def audit(
    gateway: TheGateway,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> Audit:
    """The books, page by page."""
    return await gateway.charges.audit(after, limit)
