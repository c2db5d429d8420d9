"""A document as blocks: nothing in a text of telemetry becomes markup, and the page loads nothing."""

import re

from whodunit.blocks import Block, Diagram, Folded, Heading, Items, Picture, Table, html, markdown

EVIL = '<script src="https://evil.example/x.js"></script>\n| a `b` | ## c'
BLOCKS: list[Block] = [
    Heading("Part <b>"),
    EVIL,
    Table(("", "value"), [("E1", EVIL), ("E2", "**bold** `code`")]),
    Items(["one", EVIL], open=True),
    Diagram("Calls", 'graph TD\n    a["x"]', "<svg></svg>"),
    Picture("p95 <b>", "p95.svg", "<svg><desc>drawn</desc></svg>"),
    Folded("Q1", "select 1\n```\nselect 2", "sql"),
]


def test_markdown_holds_what_telemetry_says_as_text() -> None:
    text = markdown("Title <i>", BLOCKS)
    assert "<script" not in text
    assert text.startswith("# Title &lt;i>\n\n## Part &lt;b>\n")
    assert "| E2 | **bold** `code` |" in text
    assert "![p95 &lt;b>](p95.svg)" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {3}


def test_a_fence_is_longer_than_those_in_its_text() -> None:
    assert "````sql\nselect 1\n```\nselect 2\n````" in markdown("t", BLOCKS)


def test_code_in_markdown_stands_as_it_is() -> None:
    assert markdown("t", ["a < b, `a < b`"]).endswith("a &lt; b, `a < b`\n")


def test_the_page_holds_what_telemetry_says_as_text() -> None:
    page = html("Title", BLOCKS)
    assert "<script" not in page
    assert "<strong>bold</strong> <code>code</code>" in page
    assert "<figure><svg></svg></figure>" in page
    assert "<svg><desc>drawn</desc></svg>" in page


def test_the_page_loads_nothing() -> None:
    page = html("Title", BLOCKS)
    assert "default-src 'none'" in page
    assert re.findall(r"""<[^>]*\s(?:src|href|xlink:href)=["'](?!#)""", page) == []


def test_a_row_is_named_so_that_links_lead_to_it() -> None:
    page = html("Title", BLOCKS, lambda text: text.replace("one", '<a href="#E1">one</a>'))
    assert '<tr id="E1">' in page
    assert '<li><a href="#E1">one</a></li>' in page
