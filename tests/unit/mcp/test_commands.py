"""`whodunit mcp` where the SDK is missing."""

import pytest

from whodunit.errors import LabError
from whodunit.mcp import commands


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whodunit.mcp.SDK", "no_such_package")
    with pytest.raises(LabError) as refused:
        commands.mcp()
    assert "pip install 'whodunit[mcp]'" in refused.value.hint
