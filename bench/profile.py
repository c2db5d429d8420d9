"""`make profile`: which libraries a checkout's processor time goes to, at eight a second. A minute; needs py-spy.

A sample holds the interpreter, and counts for the library of its innermost frame.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from time import sleep

from rich.console import Console
from rich.table import Table

from bench.journey import RATE, WARM_UP_S
from bench.revision import HERE
from bench.shop import open_shop

RECORD_S = 15
PROCESSES = ("frontend", "order", "payment", "gateway", "inventory", "product-catalog", "store", "load generator")
LIBRARIES = {
    "SQLAlchemy, aiosqlite": r"sqlalchemy|aiosqlite|greenlet|sqlite3",
    "FastAPI, Starlette, uvicorn, Pydantic": r"fastapi|starlette|uvicorn|pydantic",
    "HTTP client (aiohttp)": r"aiohttp|yarl|multidict|httpx|httpcore|h11|anyio",
    "contrib instrumentation": r"opentelemetry/(instrumentation|util)",
    "OpenTelemetry SDK and exporters": r"opentelemetry|requests|urllib3|google",
    "gevent, Locust": r"gevent|geventhttpclient|locust",
}
TITLE = "share of the samples that hold the interpreter, in %"
FRAME = re.compile(r"\((?P<file>.*?)(:\d+)?\)$")


def main() -> None:
    """Record and print; progress goes to stderr."""
    if which("py-spy") is None:
        sys.exit("py-spy is not installed: pip install py-spy")
    with TemporaryDirectory() as folder:
        _record(Path(folder), Console(stderr=True))
        samples = {name: _counted((Path(folder) / name).read_text().splitlines()) for name in PROCESSES}
    Console(width=110).print(_table(samples))


def _record(folder: Path, progress: Console) -> None:
    with open_shop() as shop, ExitStack() as recordings:
        shop.up()
        shop.start_load({"buy": RATE}, WARM_UP_S + RECORD_S)
        progress.print("The load generator logs in…")
        sleep(WARM_UP_S)
        progress.print("Recording…")
        processes = shop.processes()
        for name in PROCESSES:
            command = ["py-spy", "record", "--gil", "--full-filenames", "--format", "raw", "--duration", str(RECORD_S)]
            command += ["--output", str(folder / name), "--pid", str(processes[name].pid)]
            recordings.enter_context(
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
            )


def _counted(lines: Iterable[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        counted[_library(stack.rpartition(";")[2])] += int(count)
    return counted


def _library(frame: str) -> str:
    found = FRAME.search(frame)
    file = found["file"] if found else frame
    _, _, installed = file.rpartition("/site-packages/")
    if installed and installed != file:
        return next(
            (name for name, beginning in LIBRARIES.items() if re.match(beginning, installed)), "other libraries"
        )
    return "the shop's own code" if file.startswith(str(HERE)) else "Python's own library"


def _table(samples: dict[str, Counter[str]]) -> Table:
    total = sum(samples.values(), Counter[str]())
    table = Table(
        "", "all", *samples, title="share of the samples that hold the interpreter, in %", title_justify="left"
    )
    for library, _ in total.most_common():
        shares = (f"{each[library] / max(1, each.total()):.0%}".rstrip("%") for each in (total, *samples.values()))
        table.add_row(library, *shares)
    table.add_row("samples", *(str(each.total()) for each in (total, *samples.values())))
    return table


if __name__ == "__main__":
    main()
