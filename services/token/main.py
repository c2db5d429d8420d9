"""Runs the token service."""

from kit.server import serve
from services.token.app import create_app
from services.token.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("token", create_app, Settings)


if __name__ == "__main__":
    main()
