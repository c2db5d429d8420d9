"""LogQL without a Loki: what is asked stands in one file, and every line of it is LogQL."""

import json
import subprocess
from shutil import which

import pytest

from tests.logql.rendered import FILE, queries, rendered
from tests.stack.tools.npm import LOGQL
from whodunit.telemetry.stack.logql import counted

NO_LOGQL = ["{a=b}", '{a="b"} | ="x"', '{a="b"} |~ "x" [5m]', '{a="b"} | a-b="x"']


def test_every_query_stands_in_the_file() -> None:
    assert FILE.read_text(encoding="utf-8") == rendered(), "write it anew: python -m tests.logql.rendered"


def test_counting_is_to_the_millisecond() -> None:
    assert counted('{service_name="x"}', 19.3844) == 'sum(count_over_time({service_name="x"} [19384ms]))'


@pytest.mark.process
def test_grafanas_grammar_reads_every_query() -> None:
    assert refused(queries()) == {}


@pytest.mark.process
def test_grafanas_grammar_refuses_what_is_no_logql() -> None:
    assert set(refused(NO_LOGQL)) == set(NO_LOGQL)


def refused(asked: list[str]) -> dict[str, list[int]]:
    """Which of these are no LogQL, and at which characters."""
    if which("node") is None:
        pytest.skip("Node.js is not on this machine: nothing here can read LogQL")
    if not LOGQL.is_current:
        pytest.skip("Grafana's grammar of LogQL is not there; get it: make stack-tools (with npm)")
    done = subprocess.run(
        ["node", str(FILE.with_name("syntax.mjs")), str(LOGQL.folder)],
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=30,
    )
    found: dict[str, list[int]] = json.loads(done.stdout)
    return found
