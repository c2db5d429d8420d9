"""Settings of the lab's container: the one place in this package that reads the environment."""

import os
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from whodunit.errors import WrongUseError
from whodunit.lab.settings import BaseUrl, wrong_settings
from whodunit.topology import SERVICES

URL = TypeAdapter[str](BaseUrl)


class LogStore(StrEnum):
    """The program that keeps the log records."""

    LOKI = "loki"
    STORE = "store"


class StackSettings(BaseSettings):
    """Addresses inside the stack, and the secrets of those who may change something from outside."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on")
    class_port: int = Field(8079, ge=0, le=65535, description="Port that a class's students reach through the entry")
    flagd_offline_flag_source_path: Path | None = Field(None, description="The flag file that the services read")

    lab_url: BaseUrl = Field("http://lab:8080", description="This lab, as containers reach it")
    whodunit_url: BaseUrl = Field("http://frontend-proxy:8080", description="The one entry, as containers reach it")
    whodunit_port: int = Field(8080, ge=1, le=65535, description="The entry's port on the host")
    whodunit_bind: str = Field("127.0.0.1", description="The host's address that the entry is bound to")
    whodunit_token: SecretStr | None = Field(None, description="Needed to switch faults, load and remedies")
    grafana_admin_password: SecretStr | None = Field(None, description="The password that Grafana was given")
    entry_url: BaseUrl | None = Field(None, description="The address for people, when it is not this machine's port")

    loadgen_url: BaseUrl = Field("http://loadgen:8080", description="Where the load generator listens")
    name_server: str = Field("name-server:8053", pattern=r"^[^:]+:\d+$", description="Where the name server listens")
    history_url: BaseUrl = Field("http://history:8080", description="What runs the nodes of histories")
    postgres_endpoint: str = Field("postgres:5432", pattern=r"^[^:]+:\d+$", description="Where PostgreSQL listens")
    collector_health_url: BaseUrl = Field("http://otel-collector:13133", description="The Collector's health")
    prometheus_url: BaseUrl = Field("http://prometheus:9090/prometheus", description="Where Prometheus listens")
    log_store: LogStore = Field(LogStore.LOKI, description="Keeper of the log records: Loki, or the lab's own store")
    loki_url: BaseUrl = Field("http://loki:3100", description="Where Loki listens, if it keeps them")
    store_url: BaseUrl = Field("http://store:8080", description="Where the store listens, if it keeps them")
    jaeger_url: BaseUrl = Field("http://jaeger:16686/jaeger", description="Where Jaeger's pages are")
    grafana_url: BaseUrl = Field("http://grafana:3000", description="Where Grafana listens, if it runs")

    @property
    def services(self) -> Mapping[str, str]:
        """The services' addresses by name, from the same variables that their peers read."""
        return {
            service.name: URL.validate_python(os.environ.get(service.url_variable) or f"http://{service.name}:8080")
            for service in SERVICES
        }

    @property
    def entry(self) -> str:
        """The one address for people."""
        return self.entry_url or f"http://127.0.0.1:{self.whodunit_port}"

    @property
    def class_url(self) -> str:
        """The address of a class for its students' labs: the proxy leads from there to `class_port`."""
        return f"{self.entry}/class"

    @property
    def names(self) -> frozenset[str]:
        """The hosts in its own addresses, and in those of the entry."""
        return frozenset(urlsplit(url).hostname or "" for url in (self.lab_url, self.whodunit_url, self.entry))

    @property
    def token(self) -> str | None:
        """The leader's token."""
        return self.whodunit_token.get_secret_value() if self.whodunit_token else None

    @property
    def is_open(self) -> bool:
        """True if other machines reach the entry."""
        try:
            return not ip_address(self.whodunit_bind).is_loopback
        except ValueError:
            return self.whodunit_bind != "localhost"


def read() -> StackSettings:
    """Reads the settings; raises WrongUseError for a wrong value, or for an open entry without a password."""
    try:
        settings = StackSettings()
    except ValidationError as error:
        raise wrong_settings(error) from None
    _refuse_unprotected(settings)
    return settings


def _refuse_unprotected(settings: StackSettings) -> None:
    wanted = {"GRAFANA_ADMIN_PASSWORD": settings.grafana_admin_password, "WHODUNIT_TOKEN": settings.whodunit_token}
    missing = [name for name, value in wanted.items() if value is None]
    if settings.is_open and missing:
        raise WrongUseError(
            f"WHODUNIT_BIND={settings.whodunit_bind} lets other machines in, and {' and '.join(missing)} is not set.",
            f"Set {' and '.join(missing)} in .env, or leave out WHODUNIT_BIND.",
        )
