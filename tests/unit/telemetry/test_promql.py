"""Selectors, durations and strings in PromQL."""

import pytest

from tests.promql import meaning
from whodunit.telemetry.promql import duration, quoted, selector


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(5, "5s"), (60, "1m"), (90, "90s"), (600, "10m"), (4.321, "4s321ms"), (0.25, "250ms"), (0, "1ms")],
)
def test_durations_are_written_as_people_write_them(seconds: float, written: str) -> None:
    assert duration(seconds) == written


def test_a_selector_has_its_labels_in_order() -> None:
    assert selector("up", "payment", {"shop.outcome": "failed"}, 'le="1"') == (
        'up{le="1", service_name="payment", shop_outcome="failed"}'
    )
    assert selector("up", None, {}) == "up"


def test_one_of_several_values_is_matched_literally() -> None:
    made = selector("up", None, {"http.route": ["/products/{id}", "/a.b"]})
    assert meaning(made) == meaning(r"""up{http_route=~"/products/\\{id\\}|/a\\.b"}""")
    assert selector("up", None, {"http.route": ["/a.b"]}) == 'up{http_route="/a.b"}'


def test_text_is_quoted() -> None:
    assert quoted("ä\n") == '"ä\\n"'
