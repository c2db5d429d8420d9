"""Settings of the name server's container: the one place in this package that reads the environment."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from whodunit.lab.settings import wrong_settings
from whodunit.topology import SERVICES


class NameServerSettings(BaseSettings):
    """Where it listens, and whom it knows."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8053, ge=1, le=65535, description="Port to listen on")

    @property
    def hosts(self) -> Mapping[str, str]:
        """Where services run, by name: those of which there is an address in the variables that their peers read."""
        found = {service.name: urlsplit(os.environ.get(service.url_variable, "")).hostname for service in SERVICES}
        return {name: host for name, host in found.items() if host}


def read() -> NameServerSettings:
    """Reads the settings; raises WrongUseError."""
    try:
        return NameServerSettings()
    except ValidationError as error:
        raise wrong_settings(error) from None
