"""What `whodunit status` shows of a stack."""

import io
from typing import Any

import pytest
from rich.console import Console

from whodunit.stack.page import show
from whodunit.stack.status import links

LIGHT = {"running": True, "light": True}


def row(name: str, state: str = "ready") -> dict[str, Any]:
    return {"name": name, "ready": state == "ready", "state": state, "log": f"docker compose logs {name}"}


def page(*backends: dict[str, Any], load: dict[str, Any] | None = None) -> str:
    console = Console(file=io.StringIO(), width=90)
    status: Any = {"services": [row("order")], "backends": backends, "links": links("http://here:8080"), "load": load}
    show(console, status)
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


def test_what_was_left_out_does_not_keep_the_shop_closed() -> None:
    text = page(row("loki"), row("grafana", "left out"))
    assert "Shop open: http://here:8080" in text
    assert "grafana left out docker compose logs grafana" in text


def test_what_is_not_ready_is_the_first_line() -> None:
    assert "Not ready: loki" in page(row("loki", "not ready"))


def test_a_container_that_says_why_it_is_not_ready_is_quoted() -> None:
    full = row("store", "not ready") | {"reason": "The store could not write: disk full"}
    assert "not ready: The store could not write: disk full" in page(full)


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (None, "load none runs"),
        ({"running": False}, "load none runs"),
        (LIGHT, "load the light load runs"),
        ({**LIGHT, "light": False}, "load runs"),
    ],
)
def test_which_load_runs(load: dict[str, Any] | None, said: str) -> None:
    assert said in page(load=load)
