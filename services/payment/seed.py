"""Our account at the gateway: a sandbox key, which the gateway is seeded with too."""

from sqlalchemy import Connection

from services.payment.tables import gateway_credentials

API_KEY_ID = "shop-sandbox"
API_SECRET = "sk_sandbox_4fQm0cT7yN"  # noqa: S105  a sandbox key, the same on every machine


def seed(connection: Connection) -> None:
    """Keep the credentials."""
    connection.execute(gateway_credentials.insert().values(api_key_id=API_KEY_ID, api_secret=API_SECRET))
