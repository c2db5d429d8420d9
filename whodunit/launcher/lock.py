"""At most one lab for each state folder."""

import os
import sys
from typing import ClassVar

from whodunit.errors import LabError
from whodunit.home import Home, unwritable


class AnotherLabError(LabError):
    """Another lab holds the state folder."""

    default_exit_code: ClassVar[int] = 4


class LabLock:
    """A lock that the system releases when this process ends, however it ends. A fork does not inherit it."""

    def __init__(self, home: Home) -> None:
        """Take it; raises AnotherLabError when another lab has it."""
        self._file = home.lock_file
        try:
            self._handle = self._open()
        except OSError as error:
            raise unwritable(home, error) from error
        if not (_lock(self._handle) and self._is_current()):
            os.close(self._handle)
            raise AnotherLabError("Another lab is running here.", "Stop it: whodunit down")

    def _open(self) -> int:
        return os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)

    def _is_current(self) -> bool:
        # A lab that is ending may have taken the file away after it was opened here.
        return self._file.exists() and os.path.samestat(os.fstat(self._handle), self._file.stat())

    def release(self) -> None:
        """Release the lock and remove its file."""
        self._file.unlink(missing_ok=True)
        os.close(self._handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            # POSIX record locks belong to the process: the services that are forked from it do not hold them.
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
