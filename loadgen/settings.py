"""Settings of the load generator: from the environment, and the load as JSON, an argument or a line to read."""

import os
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, HttpUrl, TypeAdapter, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from loadgen.chromium import missing
from loadgen.spec import LoadSpec

OtlpProtocol = Literal["http/protobuf", "grpc"]
"""Values of `OTEL_EXPORTER_OTLP_PROTOCOL`."""


FROM_INPUT = "-"
STANDARD_INPUT = 0


class SettingsError(Exception):
    """A setting is wrong; the message has a line for each."""


class Settings(BaseSettings):
    """Read once at the start; every variable begins with `LOADGEN_`."""

    model_config = SettingsConfigDict(env_prefix="LOADGEN_", frozen=True, env_ignore_empty=True)

    target: str = Field("http://127.0.0.1:8080", description="The shop's address")
    folder: Path = Field(Path(".whodunit/load"), description="Where stats.json and result.json are written")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Other hosts than this machine that may be loaded, separated by commas"
    )
    request_timeout_s: float = Field(30.0, gt=0, le=120, description="When a visitor gives up waiting")
    drain_s: float = Field(10.0, ge=0, le=120, description="How long visitors may finish when the time is over")
    telemetry_url: str | None = Field(None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    telemetry_protocol: OtlpProtocol = Field("http/protobuf", validation_alias="OTEL_EXPORTER_OTLP_PROTOCOL")

    def __init__(self) -> None:
        """Reads the environment alone."""
        super().__init__()

    @model_validator(mode="before")
    @classmethod
    def _split_hosts(cls, values: dict[str, object]) -> dict[str, object]:
        hosts = values.get("allowed_hosts")
        return values | {"allowed_hosts": tuple(hosts.replace(",", " ").split())} if isinstance(hosts, str) else values

    @model_validator(mode="after")
    def _refuse_other_hosts(self) -> "Settings":
        host = urlsplit(str(TypeAdapter(HttpUrl).validate_python(self.target))).hostname or ""
        if not _is_loopback(host) and host not in self.allowed_hosts:
            raise ValueError(f"{host} is not this machine; LOADGEN_ALLOWED_HOSTS names others that may be loaded")
        return self


def read(arguments: Sequence[str]) -> tuple[Settings, LoadSpec]:
    """The settings and the load: JSON as the first argument, `-` for a line of standard input.

    Without an argument it is the usual load. Raises SettingsError.
    """
    try:
        [text] = arguments[:1] or ["{}"]
        spec = LoadSpec.model_validate_json(_line() if text == FROM_INPUT else text)
        if spec.browsers and (absent := missing()):
            raise SettingsError(absent)
        return Settings(), spec
    except ValidationError as error:
        raise SettingsError("\n".join(_messages(error))) from None


def _line() -> bytes:
    """The first line of standard input, and no byte more: what follows is its end, which ends the load."""
    line = bytearray()
    while not line.endswith(b"\n") and (byte := os.read(STANDARD_INPUT, 1)):
        line += byte
    return bytes(line)


def _messages(error: ValidationError) -> list[str]:
    lines = [f"  {'.'.join(map(str, each['loc']))}: {each['msg']}".replace("  : ", "  ") for each in error.errors()]
    return [f"Wrong {'load' if error.title == 'LoadSpec' else 'settings'}:", *lines]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
