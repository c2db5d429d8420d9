"""The address of a running stack and its leader's token, from the environment or from `.env` in this folder.

The same names stand in the stack's own `.env`, so that a command typed beside `docker-compose.yml` finds it.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from whodunit.errors import WrongUseError


def _base_url(url: str) -> str:
    return str(TypeAdapter(HttpUrl).validate_python(url)).rstrip("/")


BaseUrl = Annotated[str, AfterValidator(_base_url)]
"""An address without a slash at its end."""


class EntrySettings(BaseSettings):
    """The one address from which everything in the stack follows."""

    model_config = SettingsConfigDict(
        env_prefix="WHODUNIT_", env_file=".env", frozen=True, extra="ignore", env_ignore_empty=True
    )

    url: BaseUrl | None = Field(None, description="The stack's entry; else the port on this machine")
    port: int = Field(8080, ge=1, le=65535, description="The entry's port on this machine")
    bind: str = Field("127.0.0.1", description="The address on this machine that the entry is bound to")
    token: SecretStr | None = Field(None, description="The token that an open workshop server asks its leader for")
    compose: str | None = Field(None, description="Stops and starts a container by name, such as podman compose")

    @property
    def entry_url(self) -> str:
        """The address at which the stack is looked for."""
        return self.url or f"http://127.0.0.1:{self.port}"

    @property
    def secret(self) -> str | None:
        """The token as it is sent."""
        return self.token.get_secret_value() if self.token else None


def read() -> EntrySettings:
    """Reads the settings; raises WrongUseError."""
    try:
        return EntrySettings()
    except ValidationError as error:
        raise wrong_settings(error, "WHODUNIT_") from None


def wrong_settings(error: ValidationError, prefix: str = "") -> WrongUseError:
    """Names each wrong variable and the reason, but not its value, which may be a secret."""
    wrong = ", ".join(f"{prefix}{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors())
    return WrongUseError(f"Wrong settings in the environment: {wrong}.", "They stand in .env and docker-compose.yml.")
