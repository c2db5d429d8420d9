"""What a client finds that knows only the tools: `python -m bench.assistants [RECORDING…]`, a line for each recording.

It asks a server in this process; what is written on the recording's envelope is read after the answer.
"""

import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from bench.detective import Ask, Detective, Finding
from whodunit.errors import LabError
from whodunit.incident import catalogue
from whodunit.incident.loader import load_truth
from whodunit.mcp.server import build
from whodunit.mcp.source import Source, asking
from whodunit.runs import recorded_run
from whodunit.runs.recorded_store import RecordedStore
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import StoreTelemetry

KEPT = Path("recordings")


class _NoLab:
    """A recording has no lab."""

    def mystery(self, _method: str, _path: str = "", _body: Any = None) -> Any:
        raise LabError("A recording has no mystery.", "For a shop: whodunit up")


@dataclass(frozen=True)
class Result:
    """What was found in a recording, and what was there: `causes` are one or two, each a component and a reason."""

    name: str
    found: Finding
    causes: Sequence[tuple[str, str]]

    def __str__(self) -> str:
        marks = ["✓" if is_right else "✗" for is_right in (self.has_component, self.has_reason)]
        said = f"{self.found.component} {self.found.reason}"
        there = ", ".join(" ".join(each) for each in self.causes)
        return f"{self.name:<38} {marks[0]} {marks[1]}  {said:<48} {there}"

    @property
    def has_component(self) -> bool:
        return self.found.component in {component for component, _ in self.causes}

    @property
    def has_reason(self) -> bool:
        return self.found.reason in {reason for _, reason in self.causes}

    @property
    def is_right(self) -> bool:
        """True if it names a cause that is there: of two, one is enough."""
        return (self.found.component, self.found.reason) in self.causes


@asynccontextmanager
async def tools_over(folder: Path) -> AsyncIterator[Ask]:
    """The tools over one recording, up to the last moment at which nobody had done anything about it."""
    run, store = recorded_run.read(folder), RecordedStore(folder)
    lab: Any = _NoLab()
    source = Source(StoreTelemetry(store), lab, "replay", recorded=Window(run.start, run.judged[-1]))

    @contextmanager
    def opened() -> Iterator[Source]:
        yield source

    async with Client(build(asking(opened)), raise_exceptions=True) as client:
        yield asker(client)
    store.close()


def asker(client: Client) -> Ask:
    """Asks a tool through a client; an error of the tool is a LabError."""

    async def ask(tool: str, **arguments: Any) -> dict[str, Any]:
        result = await client.call_tool(tool, arguments)
        text = "".join(content.text for content in result.content if content.type == "text")
        if result.is_error:
            raise LabError(text, f"{tool} {arguments}")
        found: dict[str, Any] = json.loads(text)
        return found

    return ask


async def solved(folder: Path) -> Result:
    """What the detective finds, and then the truth."""
    async with tools_over(folder) as ask:
        found = await Detective(ask).solve()
    truth = load_truth(catalogue.find(recorded_run.read(folder).name))
    reasons = [each.value for each in truth.reasons]
    return Result(folder.name, found, list(zip(truth.components or ["none"], reasons, strict=True)))


def main(folders: Sequence[str]) -> None:
    """Print a line for each recording, and the sums."""
    results = []
    for folder in [Path(each) for each in folders] or sorted(KEPT.iterdir()):
        results.append(anyio.run(solved, folder))
        sys.stdout.write(f"{results[-1]}\n")
        sys.stdout.flush()
    right = [sum(each.has_component for each in results), sum(each.is_right for each in results)]
    sys.stdout.write(f"component {right[0]} of {len(results)}, component and reason {right[1]} of {len(results)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
