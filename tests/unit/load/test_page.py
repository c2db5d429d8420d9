"""The page of `whodunit load status`."""

import io
from typing import Any

from rich.console import Console

from loadgen.spec import LoadSpec
from loadgen.stats import Stats
from whodunit.load.page import page


def printed(state: Any) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(page(state))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def running(stats: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    spec = LoadSpec().model_dump(mode="json")
    return {"running": True, "pid": 1, "exit_code": None, "spec": spec, "log": "x.log", "stats": stats} | changes


def test_no_load() -> None:
    assert "whodunit load start" in printed(None)


def test_just_started_and_broken() -> None:
    assert "just been started" in printed(running(None))
    assert "exit code 2. Its log: x.log" in printed(running(None, running=False, exit_code=2))


def test_of_a_sealed_load_only_whose_it_is() -> None:
    assert printed(running(None, spec={"sealed": True})) == "The load belongs to the mystery.\n"
    assert "and has ended" in printed(running(None, spec={"sealed": True}, running=False))


def test_the_numbers() -> None:
    stats = Stats()
    stats.checkout(0.2)
    stats.order("declined", 0.5)
    stats.request("GET", "/api/orders", exception=Exception("500"))
    stats.arrival(2.5, refused=True)
    text = printed(running({"state": "running", **stats.snapshot()}))
    for expected in ("Load runs", "1 declined", "1 GET /api/orders: 500", "2.50s late", "under way: 1 journey.\n"):
        assert expected in text
