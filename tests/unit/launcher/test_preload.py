"""What is imported before forking."""

import subprocess
import sys
from pathlib import Path

import pytest

from whodunit.launcher.preload import MIGRATIONS, preload, shop_modules
from whodunit.topology import SERVICES

LOOK = """
import sys, threading
from pathlib import Path
from whodunit.launcher.preload import preload, shop_modules
problems = preload(shop_modules(Path(sys.argv[1])))
print(problems, threading.active_count(), [name for name in ("duckdb", "typer", "locust") if name in sys.modules])
"""


@pytest.mark.process
def test_everything_imports_without_a_thread_and_without_what_only_others_need(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert found.stdout.strip() == "[] 1 []", found.stderr


def test_a_module_that_does_not_import_is_named_and_does_not_stop_the_others() -> None:
    problems = preload(["json", "nothing.of.the.kind"])
    assert [problem.split(":")[0] for problem in problems] == ["nothing.of.the.kind"]


def test_the_migrations_tools_are_left_out_when_every_database_is_there(tmp_path: Path) -> None:
    assert set(MIGRATIONS) <= set(shop_modules(tmp_path))
    for service in SERVICES:
        if service.owns_database:
            (tmp_path / service.database_file).touch()
    assert set(MIGRATIONS).isdisjoint(shop_modules(tmp_path))
