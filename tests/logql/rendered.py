"""Where LogQL comes from; `python -m tests.logql.rendered` writes `queries.logql` anew."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel
from ruamel.yaml import YAML

from tests.unit.grafana.panels import panels
from whodunit.desk.queries.course import STEPS
from whodunit.desk.queries.course.step import filled
from whodunit.incident import catalogue
from whodunit.incident.evidence import LogCheck
from whodunit.runner.stuck import SIGN
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.stack.logql import counted, counted_by_severity, pipeline

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("queries.logql")
DATA_SOURCES = ROOT / "grafana" / "provisioning" / "datasources" / "datasources.yaml"
T1 = "a" * 32

FORMS = (
    LogQuery(),
    LogQuery(service="payment", severity="ERROR"),
    LogQuery(least_severity="WARN"),
    LogQuery(body="100 % (1)."),
    LogQuery(body='A "quoted" word,\n{braces}, a \\ and a `tick`'),
    LogQuery(body_contains="A+"),
    LogQuery(where={"shop.order.id": "7"}),
    LogQuery(trace_id=T1.upper()),
    LogQuery(trace_id="abc123"),
    LogQuery(joined_to_trace=True),
    LogQuery("order", "WARN", "INFO", "Late.", "at", {"shop.retry.reason": "x", "shop.order.id": "7"}, True, T1),
)
"""Each condition that the lab, the views and the scenarios can put into a question, and all at once."""

_IN_TEXT = re.compile(r"`(\{\w+=[^`]*\}[^`]*)`|```logql\n(.*?)\n```", re.DOTALL)

_GRAFANAS = re.compile(r"\$\$\{.*?\}")
"""What Grafana fills in; as the file writes it, to be escaped once."""


def rendered() -> str:
    """The file's text: every query on a line of its own, below where it comes from."""
    sections = {
        "The adapter, each form of a question": map(pipeline, FORMS),
        "The adapter, counting": (counted(pipeline(form), 19.3844) for form in FORMS),
        "The adapter, counting by severity": [counted_by_severity(pipeline(FORMS[-1]), 15.0)],
        "Scenarios and the lab": sorted(set(map(pipeline, [SIGN, *_asked_in_scenarios()]))),
        "Dashboards": sorted({target.expr for each in panels() for target in each.targets if target.source == "loki"}),
        "Links of the data sources": _links(),
        "The course": [" ".join(query.split()) for query in _taught()],
        "Docs": sorted(set(_in_docs())),
    }
    return "\n\n".join("\n".join([f"# {title}", *queries]) for title, queries in sections.items()) + "\n"


def queries() -> list[str]:
    """What stands in the file."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _asked_in_scenarios() -> Iterator[LogQuery]:
    for case in catalogue.cases():
        yield from (check.query() for check in _log_checks(case.scenario))


def _log_checks(node: object) -> Iterator[LogCheck]:
    if isinstance(node, LogCheck):
        yield node
    elif isinstance(node, BaseModel):
        yield from _log_checks([value for _, value in node])
    elif isinstance(node, dict):
        yield from _log_checks(list(node.values()))
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _log_checks(each)


def _links() -> Iterable[str]:
    sources = YAML(typ="safe", pure=True).load(DATA_SOURCES)["datasources"]
    found = [each["jsonData"].get("tracesToLogsV2") for each in sources if "jsonData" in each]
    return [_GRAFANAS.sub("chosen", str(link["query"])) for link in found if link]


def _taught() -> Iterator[str]:
    window = Window(datetime(2026, 11, 21, 12, 0, tzinfo=UTC), datetime(2026, 11, 21, 12, 15, tzinfo=UTC))
    yield from (filled(step.queries["logql"], window) for step in STEPS.values() if "logql" in step.queries)


def _in_docs() -> Iterator[str]:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "scenarios").glob("*/README.md")]
    for page in pages:
        for inline, block in _IN_TEXT.findall(page.read_text(encoding="utf-8")):
            # A bar within a table's cell is escaped; a block holds one query on each line.
            yield from [inline.replace(r"\|", "|")] if inline else block.splitlines()


if __name__ == "__main__":
    FILE.write_text(rendered(), encoding="utf-8")
