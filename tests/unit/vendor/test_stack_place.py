"""The Collector of a stack is told by variables that only its own command sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from whodunit.errors import LabError
from whodunit.launcher.kept_backend import KeptBackend
from whodunit.shell import Ran
from whodunit.vendor.places import StackPlace

ENTRY = "http://127.0.0.1:8080"
BACKEND = KeptBackend("https://b.example", {"api-key": "secret"})


@dataclass
class FakeShell:
    code: int = 0
    typed: list[list[str]] = field(default_factory=list)
    variables: Mapping[str, str] = field(default_factory=dict)

    def __call__(
        self, arguments: Sequence[str], within_s: float = 15.0, variables: Mapping[str, str] | None = None
    ) -> Ran:
        if "port" in arguments:
            return Ran(0, "127.0.0.1:8080")
        self.typed.append(list(arguments))
        self.variables = variables or {}
        return Ran(self.code, "", "" if self.code == 0 else "no such image")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docker-compose.yml").touch()
    return tmp_path


def test_a_key_is_in_the_environment_and_not_among_the_arguments(folder: Path) -> None:
    shell = FakeShell()
    assert StackPlace(ENTRY, shell, folder).tell(BACKEND)
    assert shell.typed[0][-5:] == ["up", "--detach", "--no-deps", "--no-build", "otel-collector"]
    assert "secret" not in " ".join(shell.typed[0])
    assert shell.variables == {
        "VENDOR_OTLP_ENDPOINT": "https://b.example",
        "VENDOR_OTLP_HEADERS": '{"api-key": "secret"}',
    }


def test_off_leaves_the_collector_without_a_vendor(folder: Path) -> None:
    shell = FakeShell()
    StackPlace(ENTRY, shell, folder).tell(None)
    assert set(shell.variables.values()) == {""}


def test_a_stack_of_another_machine_is_told_there(folder: Path) -> None:
    with pytest.raises(LabError, match="is another machine") as refused:
        StackPlace("http://workshop.example:8080", FakeShell(), folder).check()
    assert refused.value.hint.startswith("Type it on the host")


def test_a_collector_that_does_not_start_is_said(folder: Path) -> None:
    with pytest.raises(LabError, match="no such image"):
        StackPlace(ENTRY, FakeShell(code=1), folder).tell(BACKEND)
