"""What the credential store can be told."""

from pydantic import Field

from kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Where credentials are kept, and how many connections there are for them."""

    port: int = Field(8086, ge=0, le=65535, description="Port to listen on")
    database_url: str = Field("sqlite+aiosqlite:///database.db", description="Where credentials are kept")
    pool_size: int = Field(5, ge=1, le=100, description="Connections to the database")
    pool_timeout_s: float = Field(2.0, gt=0, description="How long a request waits for a connection, in seconds")
