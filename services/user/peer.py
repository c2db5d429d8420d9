"""Asking a peer, and the ways in which that fails.

PeerError
└─ PeerTimeoutError    no answer in time, or the peer itself ran out of time
"""

from collections.abc import Collection
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from kit.http import PeerClient, peer_failures
from kit.messages import Response

M = TypeVar("M", bound=BaseModel)


class PeerError(Exception):
    """The peer cannot be reached, failed, or answered nonsense."""


class PeerTimeoutError(PeerError):
    """Time ran out."""


async def ask(
    client: PeerClient, name: str, path: str, body: dict[str, Any], expected: Collection[int] = ()
) -> Response:
    """Post `body`; an answer that is neither a success nor `expected` is raised as a `PeerError`."""
    with peer_failures(f"The {name} service", timeout=PeerTimeoutError, unavailable=PeerError):
        answer = await client.post(path, json=body)
    if answer.is_success or answer.status_code in expected:
        return answer
    if answer.status_code == httpx.codes.GATEWAY_TIMEOUT:
        raise PeerTimeoutError(f"The {name} service ran out of time.")
    raise PeerError(f"The {name} service answered {answer.status_code}.")


def read(model: type[M], name: str, answer: Response) -> M:
    """The answer's body; raises `PeerError` when it is something else."""
    try:
        return model.model_validate_json(answer.content)
    except ValidationError:
        # Not `from`: what does not fit, possibly a hash, would be quoted.
        raise PeerError(f"The {name} service gave an answer that makes no sense.") from None
