"""Runs the user service."""

from kit.server import serve
from services.user.app import create_app
from services.user.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("user", create_app, Settings)


if __name__ == "__main__":
    main()
