"""Free ports on the loopback interface, reserved for this lab from the moment they are chosen."""

import os
import socket
from collections.abc import Collection
from types import TracebackType

LOOPBACK = "127.0.0.1"
HIGHEST = 65535


def listener(usual: int, *, taken: Collection[int] = ()) -> socket.socket:
    """A socket bound to the usual port, or to the next free one that is not in `taken`; raises OSError."""
    for port in range(usual, HIGHEST + 1):
        if port not in taken or port == usual:
            try:
                return _bind(port, socket.SOCK_STREAM)
            except OSError:
                continue
    raise OSError("no free port")


def datagrams() -> socket.socket:
    """A socket for datagrams on any free port; raises OSError."""
    return _bind(0, socket.SOCK_DGRAM)


class Reservations:
    """Ports that this lab will use soon.

    A TCP port cannot be held for another process to listen on, so the UDP port of the same number is held as a
    mark: two labs that start at the same time do not choose the same ports. The mark ends with this process.
    """

    def __init__(self) -> None:
        self._marks: list[socket.socket] = []

    def take(self, usual: int, *, taken: Collection[int] = ()) -> int:
        """The usual port, or the next one that is neither in use nor reserved; raises OSError."""
        while True:
            with listener(usual, taken=taken) as bound:
                port: int = bound.getsockname()[1]
            try:
                self._marks.append(_bind(port, socket.SOCK_DGRAM))
            except OSError:
                usual = port + 1
            else:
                return port

    def close(self) -> None:
        """Release the marks."""
        for mark in self._marks:
            mark.close()

    def __enter__(self) -> "Reservations":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _bind(port: int, kind: socket.SocketKind) -> socket.socket:
    bound = socket.socket(socket.AF_INET, kind)
    try:
        if os.name == "posix" and kind is socket.SOCK_STREAM:
            # Connections of the last run that are still closing do not count; a listener does.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((LOOPBACK, port))
    except OSError:
        bound.close()
        raise
    return bound
