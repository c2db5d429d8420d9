"""Hashes and how they are made."""

from threading import Event

import pytest
from anyio import create_task_group
from argon2 import extract_parameters

from services.user.passwords import Passwords, TooBusyError
from services.user.variants import RaisingPasswords

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


async def test_who_waits_too_long_for_a_thread_is_told_so() -> None:
    passwords = Passwords(longest_wait_s=0.05)
    for worker in range(2):
        passwords._limiter.acquire_on_behalf_of_nowait(worker)
    with pytest.raises(TooBusyError):
        await passwords.hash("correct horse")


async def test_a_thread_that_has_begun_may_take_longer() -> None:
    passwords = Passwords(longest_wait_s=0.05)
    assert await passwords._in_turn(lambda: Event().wait(0.1)) is False


async def test_a_raised_cost_is_paid_at_each_login_and_by_strangers() -> None:
    raising, hashed = RaisingPasswords(), []
    hasher = raising._hasher
    password_hash = await Passwords().hash("correct horse")

    class Hasher:
        verify, check_needs_rehash = hasher.verify, hasher.check_needs_rehash

        def hash(self, password: str) -> str:
            hashed.append(password)
            return password_hash

    raising._hasher = Hasher()  # type: ignore[assignment]
    assert [await raising.matches("correct horse", password_hash) for _ in range(2)] == [True, True]
    assert hashed == ["correct horse"] * 2
    assert not await raising.matches("correct house", password_hash)
    assert len(hashed) == 2
    await raising.matches("correct house", None)
    assert len(hashed) == 3
    assert (hasher.time_cost, hasher.memory_cost) == (32, 64 * 1024)
