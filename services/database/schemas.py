"""Schemas of requests and answers."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

MAX_ID = 2**31 - 1

UserId = Annotated[int, Field(ge=1, le=MAX_ID)]
Email = Annotated[str, StringConstraints(to_lower=True, max_length=254, pattern=r"^[!-?A-~]+@[A-Za-z0-9.-]+$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
PasswordPrefix = Annotated[
    str, Field(pattern="^[0-9A-F]{5}$", description="The first digits of the SHA-1 of the password that was typed in")
]
PasswordHash = Annotated[str, StringConstraints(max_length=255, pattern=r"^\$argon2id\$[!-~]+$")]


class NewCredentials(BaseModel):
    """Somebody new; the password is hashed before it comes here."""

    email: Email
    name: Name
    password_hash: PasswordHash


class Created(BaseModel):
    """The user who was stored."""

    user_id: int


class CredentialQuery(BaseModel):
    """An address whose credentials are wanted, and the range in which to search for breached passwords."""

    email: Email
    password_prefix: PasswordPrefix


class Credentials(BaseModel):
    """Credentials that a login is checked against."""

    user_id: int
    password_hash: str
    name: str
    breached_suffixes: list[str] = Field(description="How the SHA-1 of breached passwords goes on after the prefix")


class Claims(BaseModel):
    """Claims of a token about somebody."""

    sub: str = Field(description="The user's id, as text")
    name: str
    email_verified: bool
    roles: list[str]
