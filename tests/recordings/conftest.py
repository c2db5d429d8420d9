"""What is held against the kept recordings: minutes of computing, and no program."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder judges recordings."""
    for item in items:
        if "tests/recordings" in item.path.as_posix():
            item.add_marker(pytest.mark.recordings)
