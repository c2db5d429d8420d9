"""Runs a node of the history service."""

from kit.server import serve
from services.history.app import SERVICE, create_app
from services.history.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve(SERVICE, create_app, Settings, name=lambda settings: f"{SERVICE}-{settings.node}")


if __name__ == "__main__":
    main()
