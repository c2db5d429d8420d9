"""What is imported before forking."""

import subprocess
import sys
from pathlib import Path

import pytest

from whodunit.launcher.preload import MIGRATIONS, migrations_of_nodes, preload
from whodunit.topology import NODES

LOOK = """
import sys, threading
from whodunit.launcher.preload import preload, shop_modules
problems = preload(shop_modules())
others = [name for name in ("alembic.command", "duckdb", "typer", "locust") if name in sys.modules]
print(problems, threading.active_count(), others)
"""


@pytest.mark.process
def test_everything_imports_without_a_thread_and_without_what_only_others_need() -> None:
    found = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[] 1 []", found.stderr


def test_a_module_that_does_not_import_is_named_and_does_not_stop_the_others() -> None:
    problems = preload(["json", "nothing.of.the.kind"])
    assert [problem.split(":")[0] for problem in problems] == ["nothing.of.the.kind"]


def test_nodes_share_the_migrations_tools_until_every_node_has_its_database(tmp_path: Path) -> None:
    for node in NODES:
        assert migrations_of_nodes(tmp_path) == MIGRATIONS
        (tmp_path / node.database_file).touch()
    assert migrations_of_nodes(tmp_path) == ()
