"""Settings of inventory."""

from pydantic import Field

from kit.settings import DatabaseSettings, DatabaseUrl


class Settings(DatabaseSettings):
    """Inventory calls nobody."""

    port: int = Field(8084, ge=0, le=65535, description="Port to listen on")
    database_url: DatabaseUrl = Field("sqlite+aiosqlite:///inventory.db", description="Where stock is kept")
    database_pool_timeout_s: float = Field(9.0, gt=0, description="Longest wait for a connection, in seconds")
    """A little less than order waits: a burst is served late rather than refused and asked for again."""
