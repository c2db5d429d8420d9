"""The lab as the stack runs it, in front of ten real services on SQLite; stand-ins answer for what is not the shop."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.unit.loadgen.serving import serve
from whodunit.home import Home
from whodunit.launcher import plan
from whodunit.launcher.ports import Reservations, datagrams
from whodunit.launcher.program import Program
from whodunit.topology import BY_NAME

TOKEN = "the-leaders"


@dataclass(frozen=True)
class StackLab:
    """Where everything is; `output` is what the lab's terminal shows."""

    entry_url: str
    home: Home
    output: Path

    def whodunit(self, folder: Path, *arguments: str, token: str | None = None) -> subprocess.CompletedProcess[str]:
        """The command as somebody types it who has nothing but the stack's address, and perhaps its token."""
        environment = {
            "PATH": "",
            "COLUMNS": "100",
            "WHODUNIT_HOME": str(folder),
            "WHODUNIT_URL": self.entry_url,
            "WHODUNIT_TOKEN": token or "",
        }
        return subprocess.run(
            [sys.executable, "-m", "whodunit.entry.cli", *arguments],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@contextmanager
def stack_lab(folder: Path) -> Iterator[StackLab]:
    """All processes, from nothing to nothing; `wait_for` the lab to say that it is ready."""
    home = Home(folder)
    home.create()
    with ExitStack() as stack, Reservations() as reservations:
        lab_port, load_port = reservations.take(21_000), reservations.take(21_000)
        with datagrams() as bound:
            names_port = bound.getsockname()[1]
        lab_url, load_url = f"http://127.0.0.1:{lab_port}", f"http://127.0.0.1:{load_port}"
        made = plan.make(home, lab_url, "", f"127.0.0.1:{names_port}", reservations, {})
        entry_url = stack.enter_context(serve(_entry(lab_url, made.url("frontend"))))
        output = home.logs_dir / "lab-terminal.log"
        environment = {
            **{BY_NAME[name].url_variable: made.url(name) for name in BY_NAME},
            **_answered_by(stack.enter_context(serve(_fine()))),
            "PORT": str(lab_port),
            "WHODUNIT_HOME": str(home.path),
            "WHODUNIT_URL": entry_url,
            "ENTRY_URL": entry_url,
            "WHODUNIT_TOKEN": TOKEN,
            "LOADGEN_URL": load_url,
            "NAME_SERVER": f"127.0.0.1:{names_port}",
        }
        loadgen = {
            "PORT": str(load_port),
            "WHODUNIT_HOME": str(home.path / "loadgen"),
            "LAB_URL": lab_url,
            "LOADGEN_TARGET": entry_url,
            "WHODUNIT_TOKEN": TOKEN,
        }
        stack.enter_context(_process(["-m", "whodunit.entry.stack"], environment, output))
        stack.enter_context(_process(["-m", "whodunit.load.server"], loadgen, home.logs_dir / "loadgen.log"))
        stack.enter_context(_process(["-m", "whodunit.names"], {"PORT": str(names_port)}, home.logs_dir / "names.log"))
        for program in made.programs():
            if program.name != plan.STORE:
                stack.enter_context(_service(program))
        yield StackLab(entry_url, home, output)


def _answered_by(url: str) -> dict[str, str]:
    """Addresses of the programs that only tell here that they are ready; Grafana is not there at all."""
    names = ("COLLECTOR_HEALTH_URL", "PROMETHEUS_URL", "LOKI_URL", "JAEGER_URL", "HISTORY_URL")
    return {**dict.fromkeys(names, url), "POSTGRES_ENDPOINT": url.removeprefix("http://")}


@contextmanager
def _service(program: Program) -> Iterator[None]:
    module, function = program.target.split(":")
    code = f"from {module} import {function}; {function}()"
    environment = {**program.env, "OTEL_SDK_DISABLED": "true"}
    assert program.log_file
    with _process(["-c", code], environment, program.log_file, program.folder):
        yield


@contextmanager
def _process(
    arguments: list[str], environment: dict[str, str], output: Path, cwd: Path | None = None
) -> Iterator[None]:
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments], env=os.environ | environment, stdout=log, stderr=log, cwd=cwd
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _fine() -> Starlette:
    async def fine(_request: Request) -> Response:
        return PlainTextResponse("ready")

    return Starlette(routes=[Route("/{path:path}", fine)])


def _entry(lab_url: str, shop_url: str) -> Starlette:
    """What the proxy does with the lab's and the shop's paths."""

    async def pass_on(request: Request) -> Response:
        path = request.url.path
        url = lab_url + path.removeprefix("/lab") if path.startswith("/lab/") else shop_url + path
        headers = {name: value for name, value in request.headers.items() if name not in {"host", "content-length"}}
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=60, verify=False) as http:
                answer = await http.request(
                    request.method, url, params=request.query_params, headers=headers, content=await request.body()
                )
        except httpx.TransportError:
            return Response(status_code=502)
        kept = {name: value for name, value in answer.headers.items() if name in {"content-type", "set-cookie"}}
        return Response(answer.content, answer.status_code, kept)

    methods = ["GET", "POST", "PUT", "DELETE"]
    return Starlette(routes=[Route("/{path:path}", pass_on, methods=methods)])
