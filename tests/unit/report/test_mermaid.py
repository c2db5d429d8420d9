"""Mermaid's traps: letters that end a text, numbers that it cannot read, bars over each other."""

from whodunit.report import mermaid

EVIL = 'a "b": c; #d\n<e> `f`'


def test_nothing_ends_a_text_of_a_timeline_early() -> None:
    text = mermaid.timeline(EVIL, [("14:03:20", [EVIL, "second"])])
    assert text.splitlines() == [
        "timeline",
        "    title a #quot;b#quot;#58; c#59; #35;d #lt;e#gt; #96;f#96;",
        "    14#58;03#58;20 : a #quot;b#quot;#58; c#59; #35;d #lt;e#gt; #96;f#96; : second",
    ]


def test_a_text_between_quotation_marks_holds_none() -> None:
    assert mermaid.pie("t", {EVIL: 3.0}).splitlines()[1] == "    \"a 'b': c; no. d <e> 'f'\" : 3"
    assert mermaid.graph([(EVIL, "b", EVIL, True)]).count('"') == 6


def test_calls_are_drawn_between_numbered_nodes() -> None:
    drawn = mermaid.graph([("a", "b", "3", False), ("b", "a", "4, 50 % failed", True)])
    assert drawn.splitlines()[1:] == [
        '    n0["a"]',
        '    n1["b"]',
        '    n0 -->|"3"| n1',
        '    n1 ==>|"4, 50 % failed"| n0',
    ]


def test_nothing_is_written_where_mermaid_reads_no_empty_text() -> None:
    assert mermaid.graph([("a", "", "", False)]).splitlines()[1:] == [
        '    n0["a"]',
        '    n1["?"]',
        '    n0 -->|"?"| n1',
    ]


def test_numbers_are_lines_and_without_exponents() -> None:
    drawn = mermaid.lines("t", "ms", ["a", "b"], [[1e-9, 2.5], [1e7, 0.0]])
    assert drawn.splitlines()[2:] == [
        '    x-axis ["a", "b"]',
        '    y-axis "ms" 0 --> 10000000',
        "    line [0, 2.5]",
        "    line [10000000, 0]",
    ]
    assert "bar" not in drawn


def test_diagrams_stay_within_the_limits_of_mermaid() -> None:
    many = [(f"a{number}", f"b{number}", "x" * 500, True) for number in range(2000)]
    assert len(mermaid.graph(many)) < 50_000
    assert len(mermaid.timeline("t", [("14:03:20", ["x" * 500] * 5)] * 500)) < 50_000
