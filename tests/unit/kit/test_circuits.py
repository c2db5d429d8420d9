"""Circuits: what opens one, what does not, and what closes it again."""

import asyncio
from collections.abc import Sequence

import pytest

from kit.circuits import Circuits

pytestmark = pytest.mark.anyio


class Refused(Exception):
    """The peer was not asked."""


def circuits(retry_after_s: float = 60.0) -> Circuits:
    """Three failures open one; a LookupError is none."""
    return Circuits(
        3, retry_after_s, is_no_failure=lambda error: isinstance(error, LookupError), refusal=lambda: Refused("later")
    )


async def question(of: Circuits, end: BaseException | None, name: str) -> None:
    """One that ends so."""
    async with of.circuit(name):
        if end:
            raise end


async def ask(of: Circuits, ends: Sequence[BaseException | None], name: str = "peer") -> list[str]:
    """How questions end that would end so, asked one after the other: the errors' names."""
    met = [await asyncio.gather(question(of, end, name), return_exceptions=True) for end in ends]
    return [type(each).__name__ if each else "well" for (each,) in met]


FAILS, LEAVES, IS_NONE, WELL = OSError(), asyncio.CancelledError(), KeyError(), None


async def test_failures_in_a_row_open_the_circuit_of_that_name() -> None:
    some = circuits()
    assert await ask(some, [FAILS] * 4) == ["OSError"] * 3 + ["Refused"]
    assert await ask(some, [WELL], "another") == ["well"]


@pytest.mark.parametrize("between", [WELL, IS_NONE])
async def test_what_is_no_failure_breaks_the_row(between: BaseException | None) -> None:
    assert "Refused" not in await ask(circuits(), [FAILS, FAILS, between] * 5)


async def test_who_has_left_is_no_failure() -> None:
    assert "Refused" not in await ask(circuits(), [LEAVES] * 10)


async def test_who_has_left_is_no_success() -> None:
    assert await ask(circuits(), [FAILS, LEAVES, FAILS, LEAVES, FAILS, WELL]) == [
        "OSError", "CancelledError", "OSError", "CancelledError", "OSError", "Refused",
    ]  # fmt: skip


async def test_after_a_while_the_peer_is_asked_again() -> None:
    assert await ask(circuits(retry_after_s=0), [FAILS] * 3 + [WELL] * 2) == ["OSError"] * 3 + ["well"] * 2
