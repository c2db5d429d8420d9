"""Runs the order service."""

from kit.server import serve
from services.order.app import configure, create_app
from services.order.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("order", create_app, Settings, configure)


if __name__ == "__main__":
    main()
