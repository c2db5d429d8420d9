"""What the solution says changed at the onset is what the telemetry of the recorded run shows changing, and no more."""

import pytest

from whodunit.incident.loader import Case, load_truth
from whodunit.incident.model import Trigger
from whodunit.incident.proved import proved_on
from whodunit.runs import recordings
from whodunit.runs.coherence import COMES_WITH, MAY_DIFFER, Aspect, Difference, differences
from whodunit.topology import NODES, SERVICES

CASES = [case for case in proved_on("lite") if case.scenario.breaks]

EXTERNAL = {service.name for service in SERVICES if service.is_external}


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    """Each case that breaks something, and is proved in lite mode."""
    found: Case = request.param
    return found


def changed(case: Case) -> list[Difference]:
    """At each service at fault, or at the callers of one that has no telemetry."""
    symptoms = frozenset(check.body for check in case.scenario.expect.logs if check.body)
    run = recordings.kept(case).run
    services = [name for component in load_truth(case).components for name in seen_at(component)]
    return [each for service in services for each in differences(run, service, symptoms | spans_of_the_face(case))]


def seen_at(component: str) -> list[str]:
    nodes = [node.name for node in NODES if node.node_of == component]
    callers = [service.name for service in SERVICES if component in service.peers]
    return nodes or (callers if component in EXTERNAL else [component])


def spans_of_the_face(case: Case) -> frozenset[str]:
    """Spans that appear by each of several causes, such as a wait in one and the same queue: symptoms as well."""
    siblings = [each.scenario for each in CASES if each.slug == case.slug]
    shown = [frozenset(f"internal {span.name}" for span in sibling.expect.spans) for sibling in siblings]
    return frozenset.intersection(*shown) if len(siblings) > 1 else frozenset()


def test_nothing_changes_but_what_the_trigger_changes(case: Case) -> None:
    trigger = case.scenario.trigger
    assert trigger is not None
    come_along = [COMES_WITH.get(reason, frozenset()) for reason in load_truth(case).reasons]
    allowed = MAY_DIFFER[trigger].union(*come_along)
    assert [each for each in changed(case) if each.aspect not in allowed] == []


def test_another_limit_is_told_where_a_setting_is_the_trigger(case: Case) -> None:
    if case.scenario.trigger is Trigger.SETTING:
        assert [each.aspect for each in changed(case)] == [Aspect.LIMITS]


def test_another_release_answers_where_a_release_is_the_trigger(case: Case) -> None:
    is_new = Aspect.VERSION in {each.aspect for each in changed(case)}
    assert is_new == (case.scenario.trigger is Trigger.RELEASE)
