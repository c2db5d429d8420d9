"""Releases memory that only the start of a process needed."""

import ctypes
import sys
from pathlib import Path

MAPS = Path("/proc/self/maps")
MADV_DONTNEED = 4


def release_code() -> None:
    """Release the pages of shared libraries' code: what runs again is mapped again, from the page cache.

    Importing touches far more of a library than running it does. Does nothing where there is no /proc.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    for line in MAPS.read_text("utf-8").splitlines():
        addresses, rights, *_, file = line.split(maxsplit=5)
        if rights == "r-xp" and ".so" in file:
            start, end = (int(address, 16) for address in addresses.split("-"))
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_DONTNEED)
