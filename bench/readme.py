"""The README's generated part: `python -m bench.readme` writes the table of scenarios from their files."""

import re
from pathlib import Path

from whodunit.incident import catalogue
from whodunit.incident.table import markdown

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- scenarios -->\n).*?(<!-- end -->)", re.DOTALL)


def with_scenarios(text: str) -> str:
    """`text` with its table of scenarios made anew."""
    return BLOCK.sub(lambda block: f"{block[1]}{markdown(catalogue.bundled())}\n{block[2]}", text)


if __name__ == "__main__":
    README.write_text(with_scenarios(README.read_text(encoding="utf-8")), encoding="utf-8")
