"""The load generator as the lab sees it when it is a container of its own."""

from typing import Any

import httpx

from whodunit.errors import LabError, WrongUseError
from whodunit.lab.answers import LoadState

ANSWER_WITHIN_S = 10.0

Json = dict[str, Any]


class RemoteLoad:
    """A load runner over HTTP; every method raises LabError when the load generator does not answer."""

    def __init__(self, url: str, token: str | None = None, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else None
        self._http = httpx.Client(
            base_url=url, timeout=ANSWER_WITHIN_S, headers=headers, trust_env=False, transport=transport
        )

    def start(self, spec: Json) -> None:
        """Start load in place of what runs; raises WrongUseError for a spec that is not one."""
        self._ask("PUT", spec)

    def stop(self) -> None:
        """Stop the load, if any runs."""
        self._ask("DELETE")

    def state(self) -> LoadState | None:
        """The load that runs or ran last, and if it is the `light` one; None when none has run."""
        state: LoadState | None = self._ask("GET").json()
        return state

    def _ask(self, method: str, body: Json | None = None) -> httpx.Response:
        try:
            answer = self._http.request(method, "/load", json=body)
        except httpx.TransportError as error:
            raise LabError(
                f"The load generator does not answer: {error}.", "Its log: docker compose logs loadgen"
            ) from error
        if answer.is_error:
            raise _refusal(answer)
        return answer


def _refusal(answer: httpx.Response) -> LabError:
    try:
        problem: Json = answer.json()
    except ValueError:
        problem = {}
    kind = WrongUseError if answer.is_client_error else LabError
    message = problem.get("detail") or f"The load generator answered {answer.status_code}."
    return kind(message, problem.get("hint") or "Its log: docker compose logs loadgen")
