"""A program for the launcher to run: says that it is ready and what is imported, and crashes when asked to."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CRASH_CODE = 7


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/crash":
            os._exit(CRASH_CODE)
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
        self.wfile.write(self._told().encode())

    def _told(self) -> str:
        module = self.path.removeprefix("/imported/")
        if module != self.path:
            return "yes" if module in sys.modules else "no"
        return os.environ.get("GREETING", "")

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def main() -> None:
    print("opening", flush=True)
    try:
        ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
    finally:
        print("closing", flush=True)


def deaf() -> None:
    """Does not stop when asked to."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    main()


def broken() -> None:
    raise RuntimeError("the drawer is empty")
