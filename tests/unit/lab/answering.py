"""A program on loopback that answers GET with what it is told."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Answering:
    """Its address, and the headers of what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.headers: list[Mapping[str, str]] = []


@contextmanager
def answering(answers: Mapping[str, Any]) -> Iterator[Answering]:
    """Answers each path with its JSON; 404 for others."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.headers.append(dict(self.headers))
            self.send_response(200 if self.path in answers else 404)
            self.end_headers()
            self.wfile.write(json.dumps(answers.get(self.path)).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Answering(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
