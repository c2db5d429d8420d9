"""Asking a neighbour, and the ways in which that fails.

NeighbourError
└─ NeighbourTimeoutError    no answer in time, or the neighbour itself ran out of time
"""

from collections.abc import Collection
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


class NeighbourError(Exception):
    """The neighbour cannot be reached, failed, or answered nonsense."""


class NeighbourTimeoutError(NeighbourError):
    """Time ran out."""


async def ask(
    client: httpx.AsyncClient, name: str, path: str, body: dict[str, Any], expected: Collection[int] = ()
) -> httpx.Response:
    """Post `body`; an answer that is neither a success nor `expected` is raised as a `NeighbourError`."""
    try:
        answer = await client.post(path, json=body)
    except httpx.TimeoutException as error:
        raise NeighbourTimeoutError(f"The {name} service did not answer in time.") from error
    except httpx.RequestError as error:
        raise NeighbourError(f"The {name} service cannot be reached.") from error
    if answer.is_success or answer.status_code in expected:
        return answer
    if answer.status_code == httpx.codes.GATEWAY_TIMEOUT:
        raise NeighbourTimeoutError(f"The {name} service ran out of time.")
    raise NeighbourError(f"The {name} service answered {answer.status_code}.")


def read(model: type[M], name: str, answer: httpx.Response) -> M:
    """The answer's body; raises `NeighbourError` when it is something else."""
    try:
        return model.model_validate_json(answer.content)
    except ValidationError:
        # Not `from`: what does not fit, possibly a hash, would be quoted.
        raise NeighbourError(f"The {name} service gave an answer that makes no sense.") from None
