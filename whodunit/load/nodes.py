"""The nodes of histories as the load generator sees them when they are a container of their own."""

import httpx

from whodunit.errors import LabError
from whodunit.lab.requests import Requests

READY_WITHIN_S = 35.0
"""Longer than they are given to start."""

LOG = "docker compose logs history"


class RemoteNodes:
    """They run only while they are asked to."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        http = httpx.Client(base_url=url, timeout=READY_WITHIN_S, trust_env=False, transport=transport)
        self._requests = Requests(http, "What runs the nodes of histories", LOG, _away, _away)

    def open(self) -> None:
        """Have them run for another half minute; returns when they are ready. Raises LabError when they are not."""
        self._requests.ask("PUT", "/nodes")


def _away() -> LabError:
    return LabError(
        "Nobody can look at a history: the nodes that keep them do not answer.",
        f"Type: docker compose up --detach history. Their log: {LOG}",
    )
