"""The README's generated part: `python -m bench.readme` writes the table of scenarios from their files."""

import re
from pathlib import Path

from whodunit.scenario import catalogue
from whodunit.scenario.loader import Case

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- scenarios -->\n).*?(<!-- end -->)", re.DOTALL)


def with_scenarios(text: str) -> str:
    """`text` with its table of scenarios made anew."""
    return BLOCK.sub(lambda block: block[1] + _table(catalogue.bundled()) + block[2], text)


def _table(cases: list[Case]) -> str:
    rows = [_row(case) for case in cases]
    return "\n".join(["| case | what people notice | level | documented in |", "| --- | --- | --- | --- |", *rows, ""])


def _row(case: Case) -> str:
    scenario = case.scenario
    link = f"[`{case.slug}`](scenarios/{case.slug}/README.md)"
    return f"| {link} | {scenario.title} | {scenario.level.value} | {scenario.documented_in} |"


if __name__ == "__main__":
    README.write_text(with_scenarios(README.read_text(encoding="utf-8")), encoding="utf-8")
