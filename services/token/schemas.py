"""Schemas of requests and answers."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

MAX_ID = 2**31 - 1


class TokenRequest(BaseModel):
    """For whom a token is wanted."""

    user_id: Annotated[int, Field(ge=1, le=MAX_ID)]


class AccessToken(BaseModel):
    """A token as OAuth has it (RFC 6749 §5.1); `scope` is what its holder may do, words separated by spaces."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  a kind, not a secret
    expires_in: int = Field(description="Seconds")
    scope: str


class VerifyRequest(BaseModel):
    """The token to check."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class UserClaims(BaseModel):
    """The credential store's answer about a user."""

    sub: str
    name: str
    email_verified: bool
    roles: list[str]


class Claims(UserClaims):
    """Claims of a valid token (RFC 7519); times in seconds since 1970."""

    iss: str
    aud: str
    iat: int
    nbf: int
    exp: int
    jti: str
    scope: str


class PublicKeys(BaseModel):
    """The keys that tokens are verified with (RFC 7517)."""

    keys: list[dict[str, Any]]
