"""Runs the payment service."""

from kit.server import serve
from services.payment.app import create_app
from services.payment.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("payment", create_app, Settings)


if __name__ == "__main__":
    main()
