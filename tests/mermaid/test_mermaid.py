"""Mermaid itself reads every diagram of the reports on several faces, and whatever telemetry may say in them."""

import json
import subprocess
from pathlib import Path
from shutil import which

import pytest

from tests.recordings.test_reports import diagrams
from tests.stack.tools.npm import MERMAID
from whodunit.report import mermaid

PARSE = Path(__file__).with_name("parse.mjs")
NO_DIAGRAMS = ['graph TD\n  a["b"', "pie\n  x : : 3", "xychart-beta\n  line [1e-7, NaN]", "no diagram at all"]
EVIL = 'end "a": b; #c {d} [e] (f) |g| <h> `i` %% j\nend'


EVIL_DIAGRAMS = [
    mermaid.timeline(EVIL, [("14:03:20", [EVIL, EVIL]), (EVIL, ["x"])]),
    mermaid.pie(EVIL, {EVIL: 1.0, "b": 0.5}),
    mermaid.graph([(EVIL, "end", EVIL, True), ("end", EVIL, "", False)]),
    mermaid.lines(EVIL, EVIL, [EVIL, "b"], [[1e-9, 1e9], [0.0, 0.5]]),
]


@pytest.mark.process
def test_mermaid_reads_the_diagrams_of_reports_whatever_telemetry_says_and_nothing_else() -> None:
    of_reports = list(diagrams())
    assert of_reports
    found = refused([*of_reports, *EVIL_DIAGRAMS, *NO_DIAGRAMS])  # at once: Mermaid takes longer to start than to read
    assert set(found) == set(NO_DIAGRAMS), found


def refused(asked: list[str]) -> dict[str, str]:
    """Which of these are no diagrams, and why."""
    if which("node") is None:
        pytest.skip("Node.js is not on this machine: nothing here can read Mermaid's diagrams")
    if not MERMAID.is_current:
        pytest.skip("Mermaid is not there; get it: make stack-tools (with npm)")
    done = subprocess.run(
        ["node", str(PARSE), str(MERMAID.folder)],
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found
