"""Settings of inventory."""

from pydantic import Field

from kit.settings import BaseUrl, DatabaseSettings, DatabaseUrl


class Settings(DatabaseSettings):
    """Inventory calls the supplier alone, and only in a release that asks for his word."""

    port: int = Field(8084, ge=0, le=65535, description="Port to listen on")
    database_url: DatabaseUrl = Field("sqlite+aiosqlite:///inventory.db", description="Where stock is kept")
    database_pool_timeout_s: float = Field(9.0, gt=0, description="Longest wait for a connection, in seconds")
    """A little less than order waits: a burst is served late rather than refused and asked for again."""
    inventory_crowd_wait_s: float = Field(3.0, gt=0, description="Longest wait for others who want the same product")
    gateway_url: BaseUrl = Field("http://127.0.0.1:8083", description="The external services, the supplier among them")
