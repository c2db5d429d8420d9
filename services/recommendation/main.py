"""Runs the recommendation service."""

from kit.server import serve
from services.recommendation.app import create_app
from services.recommendation.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("recommendation", create_app, Settings)


if __name__ == "__main__":
    main()
