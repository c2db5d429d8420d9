"""The load generator as the lab sees it when it is a container of its own."""

import httpx

from whodunit.errors import LabError
from whodunit.lab.answers import LoadState
from whodunit.lab.requests import Json, Requests

ANSWER_WITHIN_S = 10.0
START_WITHIN_S = 38.0
"""Nodes of histories start before those come who look at theirs."""

LOG = "docker compose logs loadgen"


class RemoteLoad:
    """A load runner over HTTP; every method raises LabError when the load generator does not answer."""

    def __init__(self, url: str, token: str | None = None, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else None
        http = httpx.Client(
            base_url=url, timeout=ANSWER_WITHIN_S, headers=headers, trust_env=False, transport=transport
        )
        self._requests = Requests(http, "The load generator", LOG, _away, _away)

    def start(self, spec: Json) -> None:
        """Start load in place of what runs; raises WrongUseError for a spec that is not one."""
        self._requests.ask("PUT", "/load", spec, timeout_s=START_WITHIN_S)

    def stop(self) -> None:
        """Stop the load, if any runs."""
        self._requests.ask("DELETE", "/load")

    def state(self) -> LoadState | None:
        """The load that runs or ran last, and if it is the `light` one; None when none has run."""
        state: LoadState | None = self._requests.ask("GET", "/load").json()
        return state


def _away() -> LabError:
    return LabError("The load generator does not answer.", f"Its log: {LOG}")
