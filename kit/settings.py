"""Settings come from the environment, are read once, and are refused with a sentence when they are wrong."""

import sys
from typing import Annotated, TypeVar

from pydantic import Field, HttpUrl, TypeAdapter, ValidationError
from pydantic.functional_validators import AfterValidator
from pydantic_settings import BaseSettings, SettingsConfigDict

WRONG_USE = 2


def _base_url(url: str) -> str:
    return str(TypeAdapter(HttpUrl).validate_python(url)).rstrip("/")


BaseUrl = Annotated[str, AfterValidator(_base_url)]
"""The address of a neighbour, without a slash at its end."""


class ServiceSettings(BaseSettings):
    """What every service can be told; each service adds its own."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(0, ge=0, le=65535, description="Port to listen on")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severe level logged")
    lab_url: BaseUrl | None = Field(None, description="Where the lab listens, if there is one")


S = TypeVar("S", bound=ServiceSettings)


def load(settings: type[S]) -> S:
    """Read the settings from the environment; a wrong value ends the program with exit code 2 and says why."""
    try:
        return settings()
    except ValidationError as error:
        sys.stderr.write(describe(error) + "\n")
        raise SystemExit(WRONG_USE) from None


def describe(error: ValidationError) -> str:
    """One line for each wrong value: its variable and what is allowed. The value itself may be a secret."""
    lines = [f"  {'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()]
    return "\n".join(["Wrong settings in the environment:", *lines])
