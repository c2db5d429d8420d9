"""Threads of the desk's own: a store that hangs keeps pages waiting, and nothing else that the lab does in threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PAGES = ThreadPoolExecutor(4, thread_name_prefix="desk-page")
"""Answers pages."""

_QUESTIONS = ThreadPoolExecutor(6, thread_name_prefix="desk-question")
"""Asks for them: a pool apart, in which nothing waits for another of its threads."""


def together(*calls: Callable[[], Any]) -> list[Any]:
    """The results of blocking calls that do not need each other, in order; the first error is raised.

    None of the calls may come here itself.
    """
    return [each.result() for each in [_QUESTIONS.submit(call) for call in calls]]
