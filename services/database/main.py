"""Runs the database service."""

from kit.server import serve
from services.database.app import create_app
from services.database.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("database", create_app, Settings)


if __name__ == "__main__":
    main()
