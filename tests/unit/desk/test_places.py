"""Addresses lead from any page to any other, whatever stands before them."""

from urllib.parse import urljoin

import pytest

from tests.unit.desk.shop import no_lab, source
from tests.unit.telemetry.duck_store import MINUTE, DuckStore, at
from whodunit.desk import times
from whodunit.desk.asked import Place, command
from whodunit.desk.source import Source


def place(path: str, **asked: str) -> Place:
    return Place.of(path, times.read(asked, source(DuckStore())))


@pytest.mark.parametrize("before", ["http://lab", "http://shop/lab"])
@pytest.mark.parametrize("path", ["/", "/traces", "/traces/c0ffee", "/panels/checkout/3"])
def test_a_link_leads_there_wherever_the_desk_is(before: str, path: str) -> None:
    assert urljoin(before + path, place(path).to("logs", trace="c0ffee")) == f"{before}/logs?trace=c0ffee"


def test_a_link_keeps_the_time_and_leaves_out_what_is_empty() -> None:
    assert place("/", last="5m").to("traces", service="", name="a b", where=["x=1", "y=2"]) == (
        "./traces?name=a+b&where=x%3D1&where=y%3D2&last=5m"
    )


@pytest.mark.parametrize("asked", [{"last": "5m"}, {"from": "2026-11-21T12:00:00Z", "until": "2026-11-21T12:01:00Z"}])
def test_a_link_to_a_time_of_its_own_leads_to_that(asked: dict[str, str]) -> None:
    here = place("/", **asked)
    assert here.to("metrics", from_="2026-11-20T08:00:00Z", until="") == "./metrics?from=2026-11-20T08%3A00%3A00Z"
    assert here.to("traces", last="1h") == "./traces?last=1h"


def test_a_link_below_a_page_is_quoted() -> None:
    assert place("/").to('traces/"><') == "./traces/%22%3E%3C"


def test_usually_the_last_quarter_of_an_hour_is_shown_and_it_is_live() -> None:
    found = times.read({}, source(DuckStore()))
    assert (found.window.seconds, found.window.end, found.is_live, found.parameters) == (900, at(60), True, {})


def test_a_replay_is_shown_as_a_whole_and_stands_still() -> None:
    replay = Source(source(DuckStore()).telemetry, no_lab, MINUTE)
    whole, part = times.read({}, replay), times.read({"last": "10s"}, replay)
    assert (whole.window, whole.is_live, whole.options) == (MINUTE, False, [])
    assert (part.window.start, part.is_live, part.options) == (at(50), False, ["--last", "10s"])


def test_a_part_of_a_plot_stands_still() -> None:
    found = times.read({"from": "2026-11-21T12:00:10Z", "until": "2026-11-21T12:00:20+00:00"}, source(DuckStore()))
    assert (found.window.start, found.window.end, found.is_live) == (at(10), at(20), False)
    assert found.options == ["--from", "2026-11-21T12:00:10+00:00", "--until", "2026-11-21T12:00:20+00:00"]


def test_a_command_is_quoted_for_the_shell() -> None:
    assert command("logs", "--contains", "it's $HOME", None) == "whodunit logs --contains 'it'\"'\"'s $HOME'"
