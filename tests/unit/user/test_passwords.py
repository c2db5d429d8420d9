"""Hashes and how they are made."""

import pytest
from anyio import create_task_group
from argon2 import extract_parameters

from services.user.passwords import Passwords

pytestmark = pytest.mark.anyio


async def test_a_password_matches_its_own_hash_only() -> None:
    passwords = Passwords()
    password_hash = await passwords.hash("correct horse")
    assert await passwords.matches("correct horse", password_hash)
    assert not await passwords.matches("correct house", password_hash)


async def test_the_same_password_is_never_hashed_the_same() -> None:
    passwords = Passwords()
    assert await passwords.hash("correct horse") != await passwords.hash("correct horse")


async def test_the_cost_is_the_documented_one() -> None:
    cost = extract_parameters(await Passwords().hash("correct horse"))
    assert (cost.type.name, cost.memory_cost, cost.time_cost, cost.parallelism) == ("ID", 19 * 1024, 2, 1)


async def test_nobodys_password_never_matches_but_is_worked_on() -> None:
    passwords = Passwords()
    assert not await passwords.matches("nobody's password", None)
    assert passwords._nobodys is not None


async def test_a_hash_of_another_kind_matches_nothing() -> None:
    assert not await Passwords().matches("correct horse", "$argon2id$nonsense")


async def test_two_hashes_are_made_at_once_and_no_more() -> None:
    passwords = Passwords()
    most = 0

    async def hash_one() -> None:
        nonlocal most
        await passwords.hash("correct horse")
        most = max(most, passwords._limiter.borrowed_tokens)

    async with create_task_group() as tasks:
        for _ in range(6):
            tasks.start_soon(hash_one)
    assert most <= 2
    assert passwords._limiter.total_tokens == 2
