"""A flag file, read by the provider that every service has, but 25 times as often."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kit.flags import Flags
from kit.keyring import Ask


@contextmanager
def reading(path: Path, ask: Ask = lambda _: None) -> Iterator[Flags]:
    """The switches in `path`, as they are; `ask` tells the key where it is sealed."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FLAGD_RESOLVER", "file")
        environment.setenv("FLAGD_OFFLINE_FLAG_SOURCE_PATH", str(path))
        environment.setenv("FLAGD_DEADLINE_MS", "20")
        flags = Flags(ask)
    try:
        yield flags
    finally:
        flags.close()
