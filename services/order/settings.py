"""Settings of order."""

from pathlib import Path

from pydantic import Field

from kit.settings import BaseUrl, DatabaseSettings, DatabaseUrl


class Settings(DatabaseSettings):
    """Addresses of the peers, and limits for waiting. Times in seconds."""

    port: int = Field(8081, ge=0, le=65535, description="Port to listen on")
    database_url: DatabaseUrl = Field("sqlite+aiosqlite:///order.db", description="Where orders are kept")
    database_pool_timeout_s: float = Field(15.0, gt=0, description="Longest wait for a connection, in seconds")
    payment_url: BaseUrl = Field("http://127.0.0.1:8082", description="The payment service")
    inventory_url: BaseUrl = Field("http://127.0.0.1:8084", description="The inventory service")
    order_answer_within_s: float = Field(2.0, gt=0, description="A checkout is answered by then, ended or not")
    order_volume: Path | None = Field(None, description="The folder for receipts; unset, there are none")
    order_volume_bytes: int = Field(24 * 1024 * 1024, gt=0, description="Room in the folder, in bytes")
    order_backup_volume: Path = Field(Path("order-backup-volume"), description="A folder for dumps alone")
    order_backup_url: BaseUrl | None = Field(None, description="Who starts a backup when one is due, if not itself")
    order_deadline_s: float = Field(12.0, gt=0, description="An order's calls are welcome until then")
    payment_timeout_s: float = Field(10.5, gt=0, description="Longest wait for one answer of payment")
    order_left_after_s: float = Field(13.0, gt=0, description="In processing for longer, an order is looked after")
    order_look_every_s: float = Field(3.0, gt=0, description="How often such orders are looked for")
