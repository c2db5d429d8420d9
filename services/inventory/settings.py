"""What inventory can be told."""

from pydantic import Field

from kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Inventory calls nobody."""

    port: int = Field(8084, ge=0, le=65535, description="Port to listen on")
    database_url: str = Field("sqlite+aiosqlite:///inventory.db", description="Where stock is kept")
