"""The start and the end of a process, told in its own log: why it ends, with which exit code."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger("shop.lifecycle")

ENDED_BY = "shop.lifecycle.ended_by"
"""Log attribute: why this process ends, or, at a start, how the one before it ended."""

STOPPED = "told to stop"
FAILED = "it cannot run"


@contextmanager
def told(last_exit: str | None, asked: Callable[[], str]) -> Iterator[None]:
    """Tell of the start, and of the end with the exit code that it has by SystemExit or an exception.

    `last_exit` is how the process before ended, if whoever supervises the service told; `asked` is why this one has
    been asked to end, or empty.
    """
    if last_exit is None:
        logger.info("The service starts.")
    else:
        logger.warning("The service starts again.", extra={ENDED_BY: last_exit})
    try:
        yield
    except SystemExit as end:
        tell_end(asked() or (FAILED if end.code else STOPPED), int(end.code or 0))
        raise
    except Exception as error:
        tell_end(FAILED, 1, error)
        raise
    tell_end(STOPPED, 0)


def tell_end(reason: str, code: int, error: Exception | None = None) -> None:
    """Tell that this process ends, why, and with which exit code."""
    level = logging.WARNING if code else logging.INFO
    logger.log(level, "The service ends.", exc_info=error, extra={ENDED_BY: reason, "process.exit.code": code})
