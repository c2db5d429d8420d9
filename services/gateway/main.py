"""Runs the gateway service."""

from kit.server import serve
from services.gateway.app import create_app
from services.gateway.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("gateway", create_app, Settings)


if __name__ == "__main__":
    main()
