"""What comes from outside is text on every screen and stream."""

import ast
import io
import re
import sys
from pathlib import Path

import pytest
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

import whodunit
from whodunit.entry.cli import main
from whodunit.errors import LabError, report
from whodunit.gradebook import screen
from whodunit.gradebook.row import Row
from whodunit.legible import legible, one_line
from whodunit.terminal import Screen

STEERING = "\x1b[2J\x9b31m\u202e\x7f\r\x08\ud800"


def test_lines_and_tabs_stay_and_nothing_steers() -> None:
    assert legible(f"a\tb\n{STEERING}ü名😀\u200d") == "a\tb\n[2J31mü名😀\u200d"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028"])
def test_one_line_is_one(end: str) -> None:
    assert one_line(f"a {end}\tb") == "a ⏎ b"


def test_a_screen_keeps_its_own_colours_and_widths_and_nobody_elses() -> None:
    console = Screen(file=io.StringIO(), width=20, force_terminal=True, color_system="standard", highlight=False)
    with console.capture() as captured:
        console.print(Panel(Text(f"{STEERING}x", style="red")), escape(f"[{STEERING}]"), sep="\n")
    assert set(re.findall(r"\x1b\[[0-9;]*m", captured.get())) == {"\x1b[31m", "\x1b[0m"}
    assert {len(line) for line in Text.from_ansi(captured.get()).plain.splitlines()[:3]} == {20}
    assert not re.search("[\x08\r\x7f\x9b\u202e]", captured.get())


def test_every_command_writes_to_such_a_screen() -> None:
    modules = Path(whodunit.__file__).parent.rglob("*.py")
    calls = [
        path.name
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Console"
    ]
    assert calls == []


def test_players_and_errors_steer_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    screen.marked(Screen(width=80), [Row(f"{STEERING}file", f"{STEERING}[/]player", problem=STEERING)])
    report(LabError(f"Did you mean {STEERING}?", STEERING))
    told = capsys.readouterr()
    assert "[/]player" in told.out
    assert told.err == "Did you mean [2J31m?\n[2J31m\n"
    assert not re.search("[\x1b\x08\r\x7f\x9b\u202e]", told.out)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_command_can_write_to_a_stream_of_few_characters(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "argv", ["whodunit", "scenario", "list"])
    with pytest.raises(SystemExit) as ended:
        main()
    stream.seek(0)
    assert (ended.value.code, "prove it: " in stream.read()) == (0, True)
