"""Runs the application: `python main.py`. PORT says where it listens."""

import logging
import os

import uvicorn

import telemetry
from app import create_app

PORT = int(os.environ.get("PORT", "8000"))


def main() -> None:
    """Serve until Ctrl-C; what was accepted is finished first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    telemetry.start()
    uvicorn.run(create_app(), port=PORT, log_config=None)


if __name__ == "__main__":
    main()
