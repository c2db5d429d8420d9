"""Settings of the gateway."""

from pydantic import Field

from kit.settings import DatabaseSettings, DatabaseUrl


class Settings(DatabaseSettings):
    """Latencies are medians; 0 answers at once (for benchmarks)."""

    port: int = Field(8083, ge=0, le=65535, description="Port to listen on")
    database_url: DatabaseUrl = Field("sqlite+aiosqlite:///gateway.db", description="Where charges are kept")
    gateway_auth_ms: float = Field(400, ge=0, description="Median time of an authentication, in milliseconds")
    gateway_charge_ms: float = Field(60, ge=0, description="Median time of a charge, in milliseconds")
    gateway_range_ms: float = Field(350, ge=0, description="Median time to look up breached passwords, in milliseconds")
    gateway_confirm_ms: float = Field(450, ge=0, description="Median time of a supplier's answer, in milliseconds")
    gateway_requests_per_s: float = Field(500, gt=0, description="Requests per second allowed to one API key")
