"""Options that several views share, and how their values are read."""

from typing import Annotated

import typer

from whodunit.durations import typed_duration_s

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for scripts, nothing else.")]
AsQuery = Annotated[
    bool, typer.Option("--query", help="Print the query behind the view: SQL, on the stack PromQL, LogQL or Jaeger's.")
]
Last = Annotated[
    str | None,
    typer.Option("--last", metavar="TIME", help="How far to look back: 30s, 2h; if left out 15m, at a replay all."),
]
Since = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help="Begin there: 14:03, 14:03:20, -10m, 2026-11-30T14:03Z.")
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="End there; if left out now.")]
Around = Annotated[
    str | None, typer.Option("--around", metavar="TIME", help="1m before it and after it, or as --last says.")
]
Service = Annotated[str | None, typer.Option("--service", metavar="NAME", help="Of this service only.")]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="KEY=VALUE", help="With this attribute; may be given several times."),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")]
StoreUrl = Annotated[str | None, typer.Option("--store", hidden=True, help="A store's address.")]


def seconds(text: str) -> float:
    """A duration given on the command line; raises WrongUseError."""
    return typed_duration_s(text, "Example: --last 15m")


def seconds_or_none(text: str | None) -> float | None:
    """A duration that may be left out; raises WrongUseError."""
    return None if text is None else seconds(text)
