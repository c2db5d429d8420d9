"""Runs the service: `python main.py`. HOST, PORT and DATABASE_URL, or DATABASE for a file, are its settings."""

import logging
import os

import uvicorn

import database
import telemetry
from app import create_app

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8084"))
FILE = os.environ.get("DATABASE", "inventory.db")
DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite+aiosqlite:///{FILE}")


def main() -> None:
    """Serve until Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    telemetry.start()
    uvicorn.run(create_app(database.open_engine(DATABASE_URL)), host=HOST, port=PORT, log_config=None)


if __name__ == "__main__":
    main()
