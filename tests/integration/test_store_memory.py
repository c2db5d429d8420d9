"""The memory that a large statement needed goes back to the system."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys, time
from pathlib import Path
from whodunit.store.database import Database

def anonymous_mb():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1000

database = Database.open(Path(sys.argv[1]))
before = anonymous_mb()
with database.cursor() as cursor:
    cursor.execute("select count(distinct md5(cast(range as varchar))) from range(400000)").fetchall()
until = time.monotonic() + 20
while (left := anonymous_mb() - before) > 8 and time.monotonic() < until:
    time.sleep(0.1)
print(round(left))
"""


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells a process's memory so")
def test_memory_of_a_large_statement_goes_back(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "t.duckdb")]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert int(ended.stdout) <= 8, "MB above what the store had before"
