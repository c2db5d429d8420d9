"""Settings of product-catalog."""

from pydantic import Field

from kit.settings import DatabaseSettings, DatabaseUrl


class Settings(DatabaseSettings):
    """Its port, and the database of its products."""

    port: int = Field(8088, ge=0, le=65535, description="Port to listen on")
    database_url: DatabaseUrl = Field("sqlite+aiosqlite:///product-catalog.db", description="Where products are kept")
    reviews: int = Field(1_800_000, ge=0, le=5_000_000, description="Customers' reviews that a new shop begins with")
