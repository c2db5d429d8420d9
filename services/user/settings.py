"""Settings of user."""

from pydantic import Field

from kit.settings import BaseUrl, ServiceSettings


class Settings(ServiceSettings):
    """Its peers."""

    port: int = Field(8085, ge=0, le=65535, description="Port to listen on")
    database_service_url: BaseUrl = Field("http://127.0.0.1:8086", description="Where the credential store listens")
    token_url: BaseUrl = Field("http://127.0.0.1:8087", description="Where token listens")
    name_server: str | None = Field(
        None, pattern=r"^[^:\s]+:\d{1,5}$", description="The name server that knows services by name, as HOST:PORT"
    )
