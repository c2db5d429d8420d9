"""Tasks beside the requests end when they are told to, even those that lose a cancellation."""

import asyncio

import pytest

from kit import tasks

pytestmark = pytest.mark.anyio


async def test_work_ends_with_what_it_stands_beside() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with tasks.background(work()):
        await began.wait()
        assert not ended.is_set()
    assert ended.is_set()


async def test_a_task_that_lost_its_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "CANCEL_AGAIN_S", 0.01)
    answered = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(lose_one(answered))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await tasks.end([task])
    assert task.cancelled()


async def lose_one(answered: "asyncio.Future[None]") -> None:
    try:
        await answered
    except asyncio.CancelledError:
        await asyncio.Event().wait()


async def test_a_failure_does_not_keep_the_others_from_ending() -> None:
    async def fail() -> None:
        raise ValueError

    async with tasks.background(fail(), asyncio.sleep(60)):
        await asyncio.sleep(0)
