"""Schemas of requests and answers. Passwords are `SecretStr`: nothing prints them by accident."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, SecretStr, StringConstraints

Email = Annotated[
    str,
    StringConstraints(
        to_lower=True, max_length=254, pattern=r"^[!-?A-~]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$"
    ),
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


def _encodable(password: SecretStr) -> SecretStr:
    # Unpaired surrogates come through JSON and end in an exception when the password is hashed.
    password.get_secret_value().encode()
    return password


NewPassword = Annotated[SecretStr, Field(min_length=8, max_length=128), AfterValidator(_encodable)]
AnyPassword = Annotated[SecretStr, Field(min_length=1, max_length=128), AfterValidator(_encodable)]


class NewUser(BaseModel):
    """Somebody who wants an account."""

    email: Email
    password: NewPassword
    name: Name


class User(BaseModel):
    """Somebody who has an account."""

    user_id: int
    name: str


class Login(BaseModel):
    """Somebody who logs in. Any text is a password that may be wrong."""

    email: Annotated[str, StringConstraints(to_lower=True, min_length=1, max_length=254)]
    password: AnyPassword


class TokenSet(BaseModel):
    """A token, and what its holder may do with it (RFC 6749 §5.1)."""

    access_token: str
    expires_in: int = Field(description="Seconds")
    scope: str


class Session(User):
    """Somebody who is logged in; without tokens where none are granted, or none could be had."""

    tokens: TokenSet | None
