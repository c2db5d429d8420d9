"""Token's routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit.errors import BadGateway, Forbidden, GatewayTimeout, Invalid, NotFound, Unauthorized, responses
from services.token.keys import KeyRing
from services.token.schemas import AccessToken, Claims, PublicKeys, TokenRequest, VerifyRequest
from services.token.service import Tokens

router = APIRouter(tags=["token"])

KEYS_MAX_AGE_S = 60


async def tokens_of(request: Request) -> Tokens:
    """The collaborators that `create_app` put together."""
    tokens: Tokens = request.app.state.tokens
    return tokens


async def keys_of(request: Request) -> KeyRing:
    """The collaborators that `create_app` put together."""
    keys: KeyRing = request.app.state.keys
    return keys


TheTokens = Annotated[Tokens, Depends(tokens_of)]
TheKeys = Annotated[KeyRing, Depends(keys_of)]


@router.post("/tokens", responses=responses(Forbidden, NotFound, Invalid, BadGateway, GatewayTimeout))
async def issue_token(tokens: TheTokens, body: TokenRequest) -> AccessToken:
    """An access token for a user."""
    return await tokens.issue(body.user_id)


@router.post("/tokens/verify", responses=responses(Unauthorized, Invalid))
async def verify_token(tokens: TheTokens, body: VerifyRequest) -> Claims:
    """Claims of a token, if it is valid."""
    return await tokens.verify(body.token)


@router.get("/.well-known/jwks.json")
async def list_keys(keys: TheKeys, response: Response) -> PublicKeys:
    """The public keys that tokens are verified with; an unknown `kid` is a reason to ask again."""
    response.headers["Cache-Control"] = f"public, max-age={KEYS_MAX_AGE_S}"
    return PublicKeys(keys=await keys.public())
