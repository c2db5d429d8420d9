"""Settings of payment."""

from pydantic import Field

from kit.settings import BaseUrl, DatabaseSettings, DatabaseUrl


class Settings(DatabaseSettings):
    """Addresses of the gateway and of the database for results."""

    port: int = Field(8082, ge=0, le=65535, description="Port to listen on")
    database_url: DatabaseUrl = Field("sqlite+aiosqlite:///payment.db", description="Where payments are kept")
    database_pool_size: int = Field(2, ge=1, le=100, description="Connections to the database that are kept open")
    database_pool_timeout_s: float = Field(4.0, gt=0, description="Longest wait for a connection, in seconds")
    gateway_url: BaseUrl = Field("http://127.0.0.1:8083", description="The payment gateway")
    gateway_timeout_s: float = Field(4.0, gt=0, description="Longest wait for an answer of the gateway, in seconds")
