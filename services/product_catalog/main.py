"""Runs the product-catalog service."""

from kit.server import serve
from services.product_catalog.app import create_app
from services.product_catalog.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    serve("product-catalog", create_app, Settings)


if __name__ == "__main__":
    main()
