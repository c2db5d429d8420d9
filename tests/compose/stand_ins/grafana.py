#!/usr/local/bin/python3
"""What the stack asks of Grafana: it reads its files, writes to its folder, is healthy, and leads to its sub-path."""

import os
import sys
from configparser import ConfigParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

DATA = Path("/var/lib/grafana")
ROOT = urlsplit(os.environ["GF_SERVER_ROOT_URL"])


class Grafana(BaseHTTPRequestHandler):
    """Answers under the sub-path and, as `serve_from_sub_path` does, at the root."""

    def do_GET(self) -> None:
        path = self.path.removeprefix(ROOT.path.rstrip("/"))
        if path == "/api/health":
            self._answer(200, "application/json", b'{"database": "ok"}')
        elif self.path.startswith(ROOT.path):
            self._answer(200, "text/html", b"<title>Grafana</title>")
        else:
            self.send_response(302)
            self.send_header("Location", ROOT.path)
            self.end_headers()

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object, **_options: object) -> None:
        """Say nothing."""


def read_files() -> None:
    """Fails, as Grafana does, where its user cannot read what is mounted or write where it keeps its state."""
    settings = ConfigParser(interpolation=None)
    with Path(os.environ["GF_PATHS_CONFIG"]).open(encoding="utf-8") as file:
        settings.read_file(file)
    for source in Path(os.environ["GF_PATHS_PROVISIONING"]).rglob("*.yaml"):
        source.read_text(encoding="utf-8")
    Path(settings["dashboards"]["default_home_dashboard_path"]).read_text(encoding="utf-8")
    (DATA / "grafana.db").touch()


if __name__ == "__main__":
    try:
        read_files()
    except OSError as error:
        sys.exit(f"grafana: {error}")
    ThreadingHTTPServer(("", 3000), Grafana).serve_forever()
