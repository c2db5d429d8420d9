"""Runs the application: `python main.py`. PORT and DATABASE say where it listens and where it keeps its data."""

import logging
import os
from pathlib import Path

from app import create_app

PORT = int(os.environ.get("PORT", "8000"))
DATABASE = Path(os.environ.get("DATABASE", "products.db"))


def main() -> None:
    """Serve until Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    create_app(DATABASE).run(port=PORT)


if __name__ == "__main__":
    main()
