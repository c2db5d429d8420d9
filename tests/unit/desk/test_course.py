"""Each step's query is one in its language, and finds something in a shop in which something happens."""

from urllib.parse import parse_qs

import pytest

from tests.promql import asked
from tests.unit.desk.recorded import WINDOW, recording
from whodunit.desk.queries.course import PARTS, STEPS
from whodunit.desk.queries.course.step import Step, filled
from whodunit.desk.queries.results import result
from whodunit.telemetry.vocabulary import ATTRIBUTES, METRICS

FAMILIES = {metric.family for metric in METRICS.values()}
PARTS_OF_HISTOGRAMS = ("_bucket", "_count", "_sum")


def in_language(language: str) -> list[Step]:
    return [step for step in STEPS.values() if language in step.queries]


def test_every_step_is_in_one_part_and_has_sql_beside_another_language() -> None:
    assert [step.slug for steps in PARTS.values() for step in steps] == list(STEPS)
    assert [slug for slug, step in STEPS.items() if "sql" not in step.queries or len(step.queries) < 2] == []


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_its_sql_finds_rows_and_is_drawn_where_it_has_a_unit(step: Step) -> None:
    found = result(recording().languages()["sql"], "sql", filled(step.queries["sql"], WINDOW), WINDOW, step.unit)
    assert found.refusal == ""
    assert found.table is not None
    assert found.table.count > 0
    assert (found.drawing is not None) == bool(step.unit)


@pytest.mark.parametrize("step", in_language("promql"), ids=lambda step: step.slug)
def test_its_promql_names_what_the_shop_declares(step: Step) -> None:
    series, labels = asked(filled(step.queries["promql"], WINDOW))
    assert {_family(each) for each in series} <= FAMILIES
    known = {name.replace(".", "_") for name in ATTRIBUTES} | {"le", "service_name"}
    assert labels <= known


def test_its_search_in_jaeger_names_a_service() -> None:
    for step in in_language("jaeger"):
        assert parse_qs(step.queries["jaeger"], strict_parsing=True)["service"], step.slug


def test_nothing_is_left_to_be_filled_in() -> None:
    texts = [filled(query, WINDOW) for step in STEPS.values() for query in step.queries.values()]
    assert [text for text in texts if "$" in text] == []


def _family(series: str) -> str:
    part = next((part for part in PARTS_OF_HISTOGRAMS if series.endswith(part)), "")
    return series.removesuffix(part)
