"""What a page shows in place of Mermaid's diagrams: well-formed, nothing from outside, nothing over each other."""

import re
from itertools import combinations
from xml.etree import ElementTree

from tests.unit.telemetry.duck_store import at
from whodunit.report.call_graph import Arrow, call_graph
from whodunit.report.drawings import Bar, bars, strip

EVIL = '<script>alert("a & b")</script>' * 3
NAMESPACE = "{http://www.w3.org/2000/svg}"
STAR = [
    Arrow("frontend", f"a service with the number {number}", "12, 3.0 % failed", loud=number == 3)
    for number in range(9)
]


def test_texts_are_texts() -> None:
    for drawn in (
        bars(EVIL, [Bar(EVIL, 1, EVIL)]),
        strip(EVIL, [(at(0), EVIL)]),
        call_graph(EVIL, [Arrow(EVIL, "b", EVIL, True)]),
    ):
        assert f"{NAMESPACE}script" not in {element.tag for element in ElementTree.fromstring(drawn).iter()}


def test_boxes_stand_beside_each_other_and_within_the_drawing() -> None:
    root = ElementTree.fromstring(call_graph("t", STAR))
    boxes = [tuple(float(box.attrib[key]) for key in ("x", "y", "width")) for box in root.iter(f"{NAMESPACE}rect")]
    assert len(boxes) == 10
    width = float(root.attrib["width"])
    assert all(x >= 0 and x + wide <= width for x, _, wide in boxes)
    for (x, y, wide), (other_x, other_y, other_wide) in combinations(boxes, 2):
        assert y != other_y or x + wide <= other_x or other_x + other_wide <= x


def test_callers_stand_above_those_whom_they_call_and_circles_end() -> None:
    chain = [
        Arrow("a", "b", "1", False),
        Arrow("b", "c", "1", False),
        Arrow("a", "c", "1", False),
        Arrow("c", "a", "1", False),
    ]
    drawn = call_graph("t", [Arrow("visitors", "a", "1", False), *chain])
    heights = {name: float(y) for y, name in re.findall(r'y="([\d.]+)" text-anchor="middle" class="">(\w+)<', drawn)}
    assert heights["visitors"] < heights["a"] < heights["b"] < heights["c"]


def test_the_longest_bar_is_the_largest_number() -> None:
    root = ElementTree.fromstring(bars("t", [Bar("a", 1, "1"), Bar("b", 4, "4"), Bar("c", 0, "0")]))
    assert [float(bar.attrib["width"]) for bar in root.iter(f"{NAMESPACE}rect")] == [110.0, 440.0, 1.0]


def test_marks_lie_on_the_axis_by_their_time() -> None:
    root = ElementTree.fromstring(strip("t", [(at(0), "a"), (at(15), "b"), (at(60), "c")]))
    assert [float(mark.attrib["cx"]) for mark in root.iter(f"{NAMESPACE}circle")] == [64.0, 111.5, 254.0]
