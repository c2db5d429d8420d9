"""Writes whodunit/telemetry/vocabulary.py from docs/telemetry.yaml: `python -m whodunit.telemetry.generate`."""

import sys
from collections.abc import Iterable, Iterator
from json import dumps
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from whodunit.telemetry.prometheus_names import label_name

REGISTRY = Path("docs") / "telemetry.yaml"
MODULE = Path("whodunit") / "telemetry" / "vocabulary.py"

HEADER = '''"""OpenTelemetry's names that shop and stack use: names changed by the stack's programs can be changed back.

Prometheus and Loki write `shop_order_id` for `shop.order.id`, and nothing in them tells which underscore was a dot.
Generated from docs/telemetry.yaml; change it there: python -m whodunit.telemetry.generate
"""

from collections.abc import Mapping

from whodunit.telemetry.prometheus_names import Metric, metric

'''


def rendered(registry: Any) -> str:
    """The text of the module."""
    declared = sorted(_metrics(registry), key=lambda each: str(each["name"]))
    metrics = [f"metric({', '.join(dumps(each[key]) for key in ('name', 'unit', 'instrument'))})" for each in declared]
    attributes = sorted(name for name in _attributes(registry) if label_name(name) != name)
    return (
        f"{HEADER}METRICS: Mapping[str, Metric] = {{\n    declared.name: declared\n    for declared in (\n"
        f"{_lines(metrics, 8)}    )\n}}\n\nATTRIBUTES = (\n{_lines(map(dumps, attributes), 4)})\n"
    )


def _metrics(registry: Any) -> Iterator[Any]:
    yield from registry["metrics"]
    yield from registry["conventions"]["metrics"]
    yield from registry["stack"]


def _attributes(registry: Any) -> set[str]:
    of_metrics = {name for each in _metrics(registry) for name in each["attributes"]}
    return of_metrics | {each["name"] for each in registry["attributes"]} | set(registry["conventions"]["attributes"])


def _lines(items: Iterable[str], indent: int) -> str:
    return "".join(f"{' ' * indent}{item},\n" for item in items)


def main() -> None:
    """Generate the module in place, from the repository's root."""
    MODULE.write_text(rendered(YAML(typ="safe", pure=True).load(REGISTRY.read_text("utf-8"))), encoding="utf-8")
    sys.stdout.write(f"{MODULE}\n")


if __name__ == "__main__":
    main()
