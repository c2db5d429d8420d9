"""Writes a recording again as small as Parquet can be; it is kept for years, so this may take its time.

Ids of spans are numbered, the same in every signal: random digits were half of a file. Durations keep three digits.
Paths in stack traces become those of an installation below /srv, whichever checkout recorded the run.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

from whodunit.runs.parquet import files
from whodunit.store import schema

PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 19, row_group_size 1000000"
SPAN_ID = re.compile(r"\b[0-9a-f]{16}\b")
ORDER = {
    schema.SPANS.name: "trace_id, start_time, span_id",
    schema.LOGS.name: "service, body, time",
    schema.METRICS.name: "name, service, attributes, time",
    schema.RESOURCES.name: "resource_id",
}
"""Similar rows are neighbours, which compresses best."""
THREE_DIGITS = "if(duration_s > 0, round(duration_s, 2 - floor(log10(duration_s))::int), 0)::float"
REWRITTEN = ("span_id", "parent_span_id", "links", "exemplars", "events")
CHECKOUT = r"(File \\*\")/[^\"\\]*?/(\.venv/|kit/|services/|loadgen/|whodunit/)"
"""Up to the folder of ours in a frame of a stack trace, also where its quotes are escaped in JSON."""
INSTALLED = r"\1/srv/whodunit/\2"
PYTHON, INSTALLED_PYTHON = sys.base_prefix, "/usr"

Rewriting = Callable[[str], str]


def compact(run: Path, folder: Path) -> Rewriting:
    """Write the recording of `run` into `folder`; returns the function that rewrites the ids and
    paths of a text.

    Raises `duckdb.Error`.
    """
    with duckdb.connect(config={"threads": "1"}) as connection:
        rewritten = _rewriting(connection, run)
        for source in files(run):
            _write(connection, source, folder / source.name, rewritten)
    return rewritten


def _rewriting(connection: duckdb.DuckDBPyConnection, run: Path) -> Rewriting:
    spans = connection.execute(
        "select span_id from read_parquet(?) order by trace_id, start_time, span_id", [_spans(run)]
    )
    numbers = {span_id: f"{number:016x}" for number, (span_id,) in enumerate(spans.fetchall(), 1)}

    def rewritten(text: str) -> str:
        text = re.sub(CHECKOUT, INSTALLED, text.replace(PYTHON, INSTALLED_PYTHON))
        return SPAN_ID.sub(lambda found: numbers.get(found[0], found[0]), text)

    return rewritten


def _spans(run: Path) -> str:
    return str(run / f"{schema.SPANS.name}.parquet")


def _write(connection: duckdb.DuckDBPyConnection, source: Path, target: Path, rewritten: Rewriting) -> None:
    connection.execute("create or replace temp table rows as from read_parquet(?)", [str(source)])
    columns = {name for name, *_ in connection.execute("describe rows").fetchall()}
    changed = [f"{THREE_DIGITS} as duration_s"] if "duration_s" in columns else []
    if source.stem == schema.LOGS.name:
        changed += [_with_paths_rewritten("attributes"), f"{_installed('body')} as body"]
    for column in columns.intersection(REWRITTEN):
        _rewrite(connection, column, rewritten)
        new = f"select new from new_{column} where old = {column}::varchar"  # noqa: S608  names of our own
        changed.append(f"coalesce(({new}), {column}) as {column}")
    replaced = f" replace ({', '.join(changed)})" if changed else ""
    rows = f"select *{replaced} from rows order by {ORDER[source.stem]}"  # noqa: S608  names of our own
    connection.execute(f"copy ({rows}) to '{_quoted(str(target))}' ({PARQUET})")


def _with_paths_rewritten(column: str) -> str:
    value = _installed("entry.value")
    entries = f"list_transform(map_entries({column}), lambda entry: {{'key': entry.key, 'value': {value}}})"
    return f"map_from_entries({entries}) as {column}"


def _installed(text: str) -> str:
    literals = (PYTHON, INSTALLED_PYTHON, CHECKOUT, INSTALLED)
    python, installed_python, checkout, installed = (f"'{_quoted(literal)}'" for literal in literals)
    return f"regexp_replace(replace({text}, {python}, {installed_python}), {checkout}, {installed}, 'g')"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _rewrite(connection: duckdb.DuckDBPyConnection, column: str, rewritten: Rewriting) -> None:
    """Create a table of the column's texts, each with its rewritten form."""
    texts = connection.execute(f"select distinct {column}::varchar from rows").fetchall()  # noqa: S608  names of our own
    old = [text for (text,) in texts if text]
    statement = (
        f"create or replace temp table new_{column} as select unnest($1::varchar[]) old, unnest($2::varchar[]) new"
    )
    connection.execute(statement, [old, [rewritten(text) for text in old]])
