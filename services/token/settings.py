"""Settings of token."""

from pydantic import Field

from kit.settings import BaseUrl, DatabaseSettings, DatabaseUrl


class Settings(DatabaseSettings):
    """Its keys, its peer, and how long keys and tokens live."""

    port: int = Field(8087, ge=0, le=65535, description="Port to listen on")
    database_url: DatabaseUrl = Field("sqlite+aiosqlite:///token.db", description="Where signing keys are kept")
    database_service_url: BaseUrl = Field("http://127.0.0.1:8086", description="Where the credential store listens")
    token_lifetime_s: int = Field(3600, ge=1, le=86400, description="How long a token is valid, in seconds")
    token_key_lifetime_s: int = Field(86400, ge=1, description="How long a key signs before the next one takes over")
