"""What the credential store can be told."""

from pydantic import Field

from kit.settings import DatabaseSettings, DatabaseUrl


class Settings(DatabaseSettings):
    """Where credentials are kept, and how many connections there are for them."""

    port: int = Field(8086, ge=0, le=65535, description="Port to listen on")
    database_url: DatabaseUrl = Field("sqlite+aiosqlite:///database.db", description="Where credentials are kept")
    database_pool_timeout_s: float = Field(2.0, gt=0, description="Longest wait for a connection, in seconds")
