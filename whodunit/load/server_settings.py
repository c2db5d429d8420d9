"""Settings of the load generator's container."""

from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from whodunit.lab.settings import BaseUrl, wrong_settings
from whodunit.load import request
from whodunit.load.spec import LONGEST_S

LIGHT = "buy=1 browse=0.5 search=0.3 orders=0.2 log_in=0.1"


class LoadServerSettings(BaseSettings):
    """Read once at the start."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on")
    lab_url: BaseUrl | None = Field(None, description="The lab, which reports when the shop is open")
    loadgen_target: BaseUrl = Field("http://frontend-proxy:8080", description="The shop's address")
    history_url: BaseUrl = Field("http://history:8080", description="What runs the nodes of histories")
    loadgen_light: str = Field(LIGHT, description="The load that runs when no other does: journey=rate …, or off")
    telemetry_url: BaseUrl = Field(
        "http://otel-collector:4317",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Where its traces and log lines go",
    )
    telemetry_protocol: Literal["grpc", "http/protobuf"] = Field(
        "grpc", validation_alias="OTEL_EXPORTER_OTLP_PROTOCOL", description="The protocol by which they go there"
    )
    whodunit_token: SecretStr | None = Field(None, description="Needed to change the load")

    @property
    def light(self) -> dict[str, Any] | None:
        """The light load, None when it is off; raises WrongUseError for an invalid one."""
        if self.loadgen_light == "off":
            return None
        rates = request.rates(None, self.loadgen_light.replace(",", " ").split())
        return {"arrival": "open", "rates": rates, "seconds": LONGEST_S}

    @property
    def token(self) -> str | None:
        """The leader's token."""
        return self.whodunit_token.get_secret_value() if self.whodunit_token else None


def read() -> LoadServerSettings:
    """Reads the settings; raises WrongUseError."""
    try:
        return LoadServerSettings()
    except ValidationError as error:
        raise wrong_settings(error) from None
