"""Lets another process stop and start programs of a stack, as `docker compose stop` and `start` do with containers.

`python control.py URL stop|start PROGRAM` asks the stack that listens there; so does `up … PROGRAM`, with the
environment's variables.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.request import Request, urlopen

Switch = Callable[[str, Mapping[str, str]], None]
WITHIN_S = 30.0


@contextmanager
def listening(switches: Mapping[str, Switch]) -> Iterator[str]:
    """Call `switches[verb](program, variables)` for whoever asks; gives the command that asks, but for these words."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            _, verb, program = self.path.split("/")
            switches[verb](program, json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Nobody reads it."""

    # One thread for all: a program ends with the thread that started it.
    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{sys.executable} {__file__} http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    url, verb, *_options, program = sys.argv[1:]
    variables = json.dumps(dict(os.environ)).encode()
    urlopen(Request(f"{url}/{verb}/{program}", variables, method="POST"), timeout=WITHIN_S).close()
