"""Runs the payment service."""

from kit.server import serve
from services.payment.app import create_app, releases
from services.payment.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("payment", create_app, Settings, releases)


if __name__ == "__main__":
    main()
