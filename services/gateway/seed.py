"""The one merchant: our shop, with a sandbox key that opens nothing outside this machine."""

from sqlalchemy import Connection

from services.gateway.access import hash_secret
from services.gateway.tables import merchants

API_KEY_ID = "shop-sandbox"
API_SECRET = "sk_sandbox_4fQm0cT7yN"  # noqa: S105  a sandbox key, the same on every machine


def seed(connection: Connection) -> None:
    """Let the shop in."""
    connection.execute(merchants.insert().values(api_key_id=API_KEY_ID, secret_hash=hash_secret(API_SECRET)))
