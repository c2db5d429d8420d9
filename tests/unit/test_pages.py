import re
import sys
from pathlib import Path

import duckdb
import pytest

from whodunit.pages import release_code

LIBRARY = re.compile(r"^[0-9a-f-]+ r-xp .*_duckdb.*\.so\n(?:[A-Z].*\n)*?Rss:\s+(\d+) kB", re.MULTILINE)


def resident_kb() -> int:
    found = LIBRARY.search(Path("/proc/self/smaps").read_text())
    assert found
    return int(found[1])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_code_that_does_not_run_takes_no_memory_and_still_runs_when_called() -> None:
    assert duckdb.execute("select 42").fetchall() == [(42,)]
    before = resident_kb()
    release_code()
    assert resident_kb() < before / 2
    assert duckdb.execute("select 42").fetchall() == [(42,)]
