"""The report of a recorded run: the documented one, word for word; the same run gives the same bytes."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from whodunit.blocks import Diagram, Table
from whodunit.report.document import Report, report
from whodunit.report.recorded import recorded
from whodunit.runs import recorded_run

RECORDINGS = Path(__file__).parents[2] / "recordings"
GOLDEN = Path(__file__).parent / "golden"
DOCUMENTED = "product-errors-flag"
FACES = (DOCUMENTED, "slow-lists-index-gone")
MARK = re.compile(r"\[(E\d+)\]")


@cache
def of(name: str) -> Report:
    return made(name)


def made(name: str) -> Report:
    with recorded(recorded_run.read(RECORDINGS / name)) as subject:
        return report(subject)


def without_queries(text: str) -> str:
    """A query's text is the backend's matter."""
    return text.partition("<details>")[0]


def test_the_documented_report_is_as_it_was() -> None:
    kept = GOLDEN / f"{DOCUMENTED}.md"
    again = "write it anew: python -m tests.recordings.test_reports"
    assert without_queries(of(DOCUMENTED).markdown) == kept.read_text(encoding="utf-8"), again


def test_the_same_run_gives_the_same_bytes() -> None:
    first, second = of("slow-lists-index-gone"), made("slow-lists-index-gone")
    assert (first.markdown, first.html) == (second.markdown, second.html)


@pytest.mark.parametrize("name", FACES)
def test_every_claim_has_its_evidence_and_all_evidence_is_cited(name: str) -> None:
    text = of(name).markdown
    body, _, evidence = text.partition("\n## Evidence\n")
    listed = re.findall(
        r"^\| (E\d+) \| [^|]+ \| (Q\d+|`[^`]+`|—) \| [^|]+ \| [^|]+ \| (?:[0-9a-f]{32})? \|$", evidence, re.MULTILINE
    )
    names = [name for name, _ in listed]
    assert sorted(set(MARK.findall(body)), key=lambda mark: int(mark[1:])) == names
    assert {query for _, query in listed if query.startswith("Q")} == set(
        re.findall(r"<summary>(Q\d+)</summary>", evidence)
    )


@pytest.mark.parametrize("name", FACES)
def test_every_diagram_has_its_table_beside_it(name: str) -> None:
    blocks = of(name).blocks
    for diagram, after in pairwise(blocks):
        assert not isinstance(diagram, Diagram) or isinstance(after, Table)


@pytest.mark.parametrize("name", FACES)
def test_the_page_loads_nothing_and_its_links_lead_somewhere(name: str) -> None:
    page = of(name).html
    assert re.findall(r"<(?:script|link|img|iframe)\b", page) == []
    targets = re.findall(r'href="#(E\d+)"', page)
    assert targets
    assert set(targets) <= set(re.findall(r'id="(E\d+)"', page))


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("product-errors-flag", "proven: product-catalog, feature-flag"),
        ("slow-lists-index-gone", "proven: product-catalog, missing-index"),
    ],
)
def test_the_summary_names_the_cause(name: str, cause: str) -> None:
    assert f"The cause is {cause} (" in of(name).markdown


def test_a_run_in_which_nothing_broke_is_told_too() -> None:
    text = of("all-quiet").markdown
    assert "No alert fired." in text
    assert "The cause is unknown" in text


def diagrams() -> Iterator[str]:
    for name in (*FACES, "login-errors-no-timeout", "all-quiet"):
        yield from (block.mermaid for block in of(name).blocks if isinstance(block, Diagram))


if __name__ == "__main__":
    (GOLDEN / f"{DOCUMENTED}.md").write_text(without_queries(made(DOCUMENTED).markdown), encoding="utf-8")
