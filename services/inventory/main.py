"""Runs the inventory service."""

from kit.server import serve
from services.inventory.app import create_app
from services.inventory.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("inventory", create_app, Settings)


if __name__ == "__main__":
    main()
