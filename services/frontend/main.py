"""Starts the frontend."""

from kit.server import serve
from services.frontend.app import create_app
from services.frontend.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("frontend", create_app, Settings)


if __name__ == "__main__":
    main()
