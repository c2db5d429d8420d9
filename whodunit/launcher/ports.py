"""Free ports on the loopback interface."""

import os
import socket
from collections.abc import Collection

LOOPBACK = "127.0.0.1"
HIGHEST = 65535


def listener(usual: int, *, taken: Collection[int] = ()) -> socket.socket:
    """A bound socket on the usual port or the next free one that is not in `taken`; raises OSError."""
    for port in range(usual, HIGHEST + 1):
        if port not in taken or port == usual:
            try:
                return _bind(port)
            except OSError:
                continue
    raise OSError("no free port")


def free_port(usual: int, *, taken: Collection[int] = ()) -> int:
    """The usual port if nobody listens on it, else the next free one that is not in `taken`."""
    with listener(usual, taken=taken) as bound:
        port: int = bound.getsockname()[1]
        return port


def _bind(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # Connections of the last run that are still closing do not count; a listener does.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((LOOPBACK, port))
    except OSError:
        bound.close()
        raise
    return bound
