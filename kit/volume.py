"""A bounded volume: a folder that takes no more than its size, and then says so as a full disk does.

The folder is counted, as hosters count a quota: each file takes whole blocks. It works on every platform, without an
administrator, and never fills the disk below.
"""

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, time

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

BLOCK = 4096
COUNTED_FOR_S = 4.0
"""Other processes write, too: what they added or removed is known after this time."""


class Volume:
    """Files by name, with one level of folders; `size` says how many bytes there is room for.

    For several threads, and several processes that each have one of their own.
    """

    def __init__(self, folder: Path, size: Callable[[], int]) -> None:
        self._folder = folder
        self._size = size
        self._counting = Lock()
        self._used, self._counted_at = 0, float("-inf")

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self._folder.name

    @property
    def size(self) -> int:
        """Bytes that there is room for."""
        return self._size()

    def write(self, name: str, content: bytes) -> None:
        """Write a file; raises OSError, with ENOSPC when there is no room.

        As on a full disk, what there was room for has then been written: who does not want it removes it.
        """
        path = self._folder / name
        fits = self._take(len(content))
        try:
            path.write_bytes(content[:fits])
        except FileNotFoundError:  # the first file of its folder
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content[:fits])
        if fits < len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, if they are there."""
        for name in names:
            (self._folder / name).unlink(missing_ok=True)
        self._counted_at = float("-inf")

    def names(self, pattern: str, *, older_than_s: float = 0.0) -> list[str]:
        """The files that fit a pattern such as `receipts/*`, in the order of their names."""
        latest = time() - older_than_s
        return sorted(
            path.relative_to(self._folder).as_posix()
            for path in self._folder.glob(pattern)
            if older_than_s <= 0 or _written_at(path) < latest
        )

    def used(self) -> int:
        """Bytes in whole blocks that the files take."""
        with self._counting:
            return self._count()

    def _take(self, wanted: int) -> int:
        with self._counting:
            fits = min(wanted, max(0, self._size() - self._count()) // BLOCK * BLOCK)
            self._used += _in_blocks(fits)
            return fits

    def _count(self) -> int:
        if monotonic() - self._counted_at > COUNTED_FOR_S:
            self._used, self._counted_at = sum(map(_in_blocks, _sizes(self._folder))), monotonic()
        return self._used


def watch(volume: Volume) -> None:
    """Tell how full a volume is, by the conventions for file systems; for its owner."""
    meter = metrics.get_meter("shop.volume")
    mounted = {"system.filesystem.mountpoint": volume.name}

    def usage(_: CallbackOptions) -> Iterable[Observation]:
        used = volume.used()
        for state, size in (("used", used), ("free", max(0, volume.size - used))):
            yield Observation(size, {**mounted, "system.filesystem.state": state})

    def utilization(_: CallbackOptions) -> Iterable[Observation]:
        yield Observation(min(1.0, volume.used() / volume.size), {**mounted, "system.filesystem.state": "used"})

    meter.create_observable_up_down_counter("system.filesystem.usage", [usage], "By")
    meter.create_observable_gauge("system.filesystem.utilization", [utilization], "1")


def _in_blocks(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _sizes(folder: str | Path) -> Iterator[int]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:  # nothing was written yet
        for entry in entries:
            if entry.is_dir():
                yield from _sizes(entry.path)
            else:
                with suppress(FileNotFoundError):  # removed meanwhile
                    yield entry.stat().st_size


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time()
