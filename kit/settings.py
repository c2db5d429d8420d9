"""Settings come from the environment, are read once, and are refused with a sentence when they are wrong."""

import logging
import sys
from socket import gethostname
from typing import Annotated, TypeVar

from pydantic import Field, HttpUrl, TypeAdapter, ValidationError
from pydantic.functional_validators import AfterValidator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

WRONG_USE = 2


def _base_url(url: str) -> str:
    return str(TypeAdapter(HttpUrl).validate_python(url)).rstrip("/")


BaseUrl = Annotated[str, AfterValidator(_base_url)]
"""The address of a peer, without a slash at its end."""

_DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")


def _database_url(url: str) -> str:
    try:
        driver = make_url(url).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver not in _DRIVERS:
        raise ValueError(f"must be {' or '.join(f'{each}://…' for each in _DRIVERS)}")
    return url


DatabaseUrl = Annotated[str, Field(repr=False), AfterValidator(_database_url)]
"""Address of a service's database. May hold a password."""


def _log_level(name: str) -> str:
    level = name.strip().upper()
    if level not in logging.getLevelNamesMapping():
        raise ValueError("must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
    return level


LogLevel = Annotated[str, AfterValidator(_log_level)]
"""A log level as people write it: `debug` and `WARN` are accepted."""


class ServiceSettings(BaseSettings):
    """Settings of every service; each adds its own."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(0, ge=0, le=65535, description="Port to listen on")
    log_level: LogLevel = Field("INFO", description="Least severe level logged")
    lab_url: BaseUrl | None = Field(None, description="Where the lab listens, if there is one")
    lab_token: str | None = Field(None, repr=False, description="What the lab asks of its services, if anything")
    last_exit: str | None = Field(None, description="How the process before this one ended, told by its supervisor")
    is_canary: bool = Field(
        False, description="A second instance of the next release, which shares the port of the first"
    )

    @property
    def instance(self) -> str:
        """This instance among those of its service: where it listens. One that is started again there is the same."""
        return f"{gethostname()}:{self.port}" + ("/canary" if self.is_canary else "")


class DatabaseSettings(ServiceSettings):
    """Settings of a service with a database; docs/postgresql.md has the budget of connections."""

    database_url: DatabaseUrl
    database_pool_size: int = Field(5, ge=1, le=100, description="Connections to the database that are kept open")
    database_max_overflow: int = Field(0, ge=0, le=100, description="Connections beyond them, while they are needed")
    database_pool_timeout_s: float = Field(5.0, gt=0, description="Longest wait for one of them, in seconds")
    replicas: int = Field(1, ge=1, le=100, description="Instances of this service that share its database")


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
