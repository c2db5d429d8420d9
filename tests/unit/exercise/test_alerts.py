"""Alerts on small recordings: a right one passes every step, each wrong one gets its message."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from whodunit.errors import WrongUseError
from whodunit.exercise.alerting.recorded import Recording
from whodunit.exercise.alerting.rule_file import FILE, Rule, RuleFile, rules_in
from whodunit.exercise.alerting.watched import Alerting
from whodunit.exercise.alerting.watching import evaluated, watched
from whodunit.exercise.catalogue import exercise
from whodunit.exercise.checking import Verdict, judged
from whodunit.exercise.evidence import Evidence
from whodunit.exercise.promql.series import NAME, Samples
from whodunit.strict_yaml.problems import ScenarioFileError

ALERT_IT = exercise("alert-it")
SYMPTOM = Rule.model_validate({"alert": "symptom", "expr": "sum(shop_order_stuck) >= 5"})
STEP_S = 5
LENGTH_S, ONSET_S = 120, 30
HEALTHY = [2.0] * 24
HANGS = [0.0] * 6 + [8.0] * 12 + [0.0] * 6
"""Five orders or more hang from 0:30 to 1:25."""

COMES_AND_GOES = [0.0] * 6 + [8.0] * 4 + [1.0] + [8.0] * 7 + [0.0] * 6
ANNOTATED = "labels: {severity: page}, annotations: {summary: Orders hang., runbook_url: https://x.org}"
RIGHT = f"{{alert: Hang, expr: shop_order_stuck >= 5, for: 10s, {ANNOTATED}}}"


def recording(name: str, stuck: list[float], work: list[float], *, troubled: bool) -> Recording:
    """Orders that hang, requests at two services, and the processors of two."""
    samples = Samples()
    for place, (hanging, working) in enumerate(zip(stuck, work, strict=True)):
        values = {
            ("shop_order_stuck", "order"): hanging,
            ("shop_order_in_processing", "order"): hanging + working,
            ("http_server_request_duration_seconds_count", "frontend"): place * working,
            ("http_server_request_duration_seconds_count", "payment"): place * working,
            ("process_cpu_utilization_ratio", "order"): hanging / 10,
            ("process_cpu_utilization_ratio", "payment"): hanging / 10,
        }
        for (metric, service), value in values.items():
            samples.series({NAME: metric, "service_name": service}).add(place * STEP_S * 1000, value)
    return Recording(name, samples, LENGTH_S * 1000, ONSET_S * 1000 if troubled else None)


def watching(rules: str, *, trouble: list[float] = HANGS, before: float = 2.0) -> Evidence:
    """The evidence of some rules, one in a line."""
    file = RuleFile.model_validate({"groups": [{"name": "all", "rules": [rule(each) for each in rules.splitlines()]}]})
    busy = [before] * 6 + [2.0] * 18
    recordings = [
        recording("checkout-hangs-held", trouble, busy, troubled=True),
        recording("all-quiet", [0.0] * 24, HEALTHY, troubled=False),
        recording("campaign", [0.0] * 24, [2.0] * 8 + [9.0] * 8 + [2.0] * 8, troubled=False),
    ]
    names = recordings[0].samples.names
    seen = tuple(watched(file, each, SYMPTOM) for each in recordings)
    return Evidence((), alerting=Alerting(file, seen, tuple(names), 20_000))


def rule(text: str) -> Rule:
    return Rule.model_validate(YAML(typ="safe").load(text))


def verdict(step: str, evidence: Evidence) -> Verdict:
    (wanted,) = ALERT_IT.chosen(step)
    return judged(wanted, evidence)


def told(step: str, evidence: Evidence) -> list[str]:
    return [each.missing for each in verdict(step, evidence).findings]


@pytest.mark.parametrize("step", [step.name for step in ALERT_IT.file.steps])
@pytest.mark.parametrize(
    "rules",
    [
        RIGHT,
        f"{{record: orders:hang, expr: sum(shop_order_stuck)}}\n{RIGHT.replace('shop_order_stuck', 'orders:hang')}",
        RIGHT.replace("shop_order_stuck >= 5", "'shop_order_stuck >= 5 unless shop_order_stuck{error_type!=\"\"}'"),
    ],
    ids=["gauge", "recorded", "with any reason"],
)
def test_a_right_alert_passes(step: str, rules: str) -> None:
    assert told(step, watching(rules)) == []


def test_what_was_judged_is_told_with_its_times() -> None:
    assert verdict("fires", watching(RIGHT)).measured == "held (hung from 0:30 to 1:25): Hang 0:40"


def alert(expr: str, more: str = "for: 10s, ") -> str:
    return f"{{alert: Mine, expr: '{expr}', {more}{ANNOTATED}}}"


FLAPPING = alert("shop_order_stuck >= 5", "for: 5s, ")
EVERY = alert("process_cpu_utilization_ratio > 0.5")
BUSY = "sum(shop_order_in_processing) > 5"

WRONG = {
    "unknown-metric": (
        "fires",
        watching(alert("shop_orders_stuck > 1")),
        "metric shop_orders_stuck; did you mean 'shop_order_stuck'?",
    ),
    "never": (
        "fires",
        watching(alert("shop_order_stuck > 10")),
        "In checkout-hangs-held five orders or more hung from 0:30 to 1:25; nothing fires: Mine gets to 8 at 0:30.",
    ),
    "never, with the symptom recorded away": (
        "fires",
        watching("{record: shop_order_stuck, expr: vector(0) - 1000}\n" + alert("shop_order_stuck > 10")),
        "In checkout-hangs-held five orders or more hung from 0:30 to 1:25; nothing fires: Mine gets to 8 at 0:30.",
    ),
    "never, nothing compared": (
        "fires",
        watching(alert("shop_order_stuck unless shop_order_stuck")),
        "the expression has no result.",
    ),
    "for-too-long": (
        "fires",
        watching(alert("shop_order_stuck >= 5", "for: 5m, ")),
        "nothing fires: Mine holds from 0:30 to 1:25, for 55 s, and has `for: 300s`.",
    ),
    "late": ("fires", watching(alert("shop_order_stuck >= 5", "for: 30s, ")), "the first alert fires at 1:00."),
    "quiet": (
        "silent",
        watching(alert("sum(shop_order_in_processing) > 1")),
        "In all-quiet nothing is wrong, and Mine fires at 0:10, 0:15",
    ),
    "rush": ("silent", watching(alert(BUSY)), "In campaign nothing is wrong, and Mine fires at 0:50,"),
    "before": (
        "silent",
        watching(alert(BUSY), before=9.0),
        "nothing is wrong until 0:30, and Mine fires at 0:10, 0:15, 0:20, 0:25 with 9.",
    ),
    "cause": ("symptom", watching(EVERY), "Mine asks for process_cpu_utilization_ratio, which no customer sees."),
    "cause, recorded": (
        "symptom",
        watching("{record: mine, expr: process_cpu_utilization_ratio}\n" + alert("mine > 0.5")),
        "mine asks for process_cpu_utilization_ratio",
    ),
    "cause, of orders": (
        "symptom",
        watching(alert("increase(shop_order_payment_timeouts_total[30s]) > 2")),
        "Mine asks for shop_order_payment_timeouts_total, which no customer sees.",
    ),
    "cause, one of several": (
        "symptom",
        watching(alert('increase(shop_order_results_total{error_type="payment_unavailable"}[30s]) > 2')),
        'Mine asks for shop_order_results_total with error_type="payment_unavailable" alone, one reason among several.',
    ),
    "inside": (
        "symptom",
        watching(alert("rate(http_server_request_duration_seconds_count[15s]) < 1")),
        'http_server_request_duration_seconds_count without service_name="frontend".',
    ),
    "no-for": ("calm", watching(alert("shop_order_stuck >= 5", "")), "Mine has no `for`."),
    "no-for, too short": ("calm", watching(alert("shop_order_stuck >= 5", "for: 2s, ")), "less than the 5 s between"),
    "flaps": (
        "calm",
        watching(FLAPPING, trouble=COMES_AND_GOES),
        "Mine fires in checkout-hangs-held from 0:35 to 0:45, then again from 1:00 to 1:25: 2 calls.",
    ),
    "several": (
        "calm",
        watching(EVERY),
        "fires 2 times over in checkout-hangs-held: for service_name=order, service_name=payment.",
    ),
    "value-in-label": (
        "calm",
        watching(RIGHT.replace("severity: page", "severity: page, stuck: '{{ $value }}'")),
        "Hang has the value in its label stuck: '{{ $value }}'.",
    ),
    "summary": ("says", watching(RIGHT.replace("summary: Orders hang., ", "")), "Hang has no annotation summary."),
    "runbook": ("says", watching(RIGHT.replace("runbook_url", "runbook")), "Hang has no annotation runbook_url."),
    "runbook, to be written": (
        "says",
        watching(RIGHT.replace("https://x.org", "TODO")),
        "Hang has runbook_url: TODO, which is no address (https://…).",
    ),
    "severity": ("says", watching(RIGHT.replace("severity", "team")), "Hang has no label severity."),
    "severity, another": (
        "says",
        watching(RIGHT.replace("page", "critical")),
        "Hang has severity=critical; the pager knows page and ticket.",
    ),
} | {f"nothing, {step.name}": (step.name, watching(""), f"no alert in {FILE}.") for step in ALERT_IT.file.steps}


@pytest.mark.parametrize("which", WRONG)
def test_a_wrong_alert_gets_its_message(which: str) -> None:
    step, evidence, message = WRONG[which]
    found = [each for each in verdict(step, evidence).findings if message in each.missing]
    lessons = next(each for each in ALERT_IT.file.steps if each.name == step).lessons
    assert [each.lesson for each in found] == [lessons[which.partition(",")[0]]], told(step, evidence)


def test_every_lesson_is_given_to_somebody() -> None:
    given = {(step, which.partition(",")[0]) for which, (step, _, _) in WRONG.items()}
    assert given == {(step.name, lesson) for step in ALERT_IT.file.steps for lesson in step.lessons}


def test_an_alert_with_its_value_in_a_label_never_lasts() -> None:
    growing = [0.0] * 6 + [8.0 + place for place in range(18)]
    labelled = RIGHT.replace("severity: page", "severity: page, stuck: '{{ $value }}'")
    assert "nothing fires" in told("fires", watching(labelled, trouble=growing))[0]


def test_one_series_that_is_gone_is_kept_on_for_as_long_as_is_written() -> None:
    kept = watching(RIGHT.replace("for: 10s", "for: 10s, keep_firing_for: 15s"))
    assert kept.alerting
    assert [str(each) for each in kept.alerting.watched[0].stretches("Hang", firing=True)] == ["from 0:40 to 1:40"]


def test_a_group_is_evaluated_as_often_as_it_says() -> None:
    group = {"name": "rarely", "interval": "30s", "rules": [{"alert": "Hang", "expr": "shop_order_stuck > 0"}]}
    recorded = recording("held", HANGS, HEALTHY, troubled=True)
    found = evaluated(RuleFile.model_validate({"groups": [group]}), recorded)
    assert [each.at_ms // 1000 for each in found] == [30, 60]


def test_a_group_that_is_evaluated_rarely_is_asked_at_its_own_moments_alone() -> None:
    """Between two of them the expression cannot be evaluated; Prometheus never tries."""
    recorded = recording("held", HANGS, HEALTHY, troubled=True)
    for at_ms, other in ((0, None), (35_000, 1.0), (50_000, None)):
        recorded.samples.series({NAME: "shop_order_stuck", "service_name": "second"}).add(at_ms, other)
    rule = {"alert": "Hang", "expr": "shop_order_in_processing + on () shop_order_stuck > 100"}
    group = {"name": "rarely", "interval": "30s", "rules": [rule]}
    seen = watched(RuleFile.model_validate({"groups": [group]}), recorded, SYMPTOM)
    assert seen.nearest == {"Hang": (18.0, 30_000)}


def test_what_prometheus_refuses_as_well_is_told_with_its_moment() -> None:
    with pytest.raises(WrongUseError, match=r"Mine at 0:00 of checkout-hangs-held cannot be evaluated: several series"):
        watching(alert("shop_order_stuck > on () process_cpu_utilization_ratio"))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("groups: [", "alerts.yml:"),
        ("groups: {}", ":1: groups: "),
        ("groups: [{name: a, rules: [{alert: A, expr: 'sum('}]}]", "rules.0.expr: this is no PromQL: "),
        ("groups: [{name: a, rules: [{alert: A, expr: 'rate(x)'}]}]", "expected type matrix"),
        ("groups: [{name: a, rules: [{alert: A, expr: 'sort(x)'}]}]", "sort() is not among the functions abs, "),
        ("groups: [{name: a, rules: [{alert: A, expr: 'stdvar(x)'}]}]", "not among the aggregations avg, "),
        ("groups: [{name: a, rules: [{alert: A, expr: 'x @ 5'}]}]", "an alert is about now"),
        ("groups: [{name: a, rules: [{alert: A, expr: x, for: 10}]}]", "for: 10 is not a duration"),
        ("groups: [{name: a, rules: [{alert: A, expr: x, four: 10s}]}]", "unknown key; did you mean 'for'?"),
        ("groups: [{name: a, rules: [{expr: x}]}]", "a rule has either `alert` or `record`"),
        ("groups: [{name: a, rules: [{record: b, expr: x, for: 5s}]}]", "are those of an alert"),
        ("alert: A", "unknown key"),
    ],
)
def test_a_mistake_in_the_file_names_its_line(rules: str, message: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(rules)
    with pytest.raises(ScenarioFileError) as error:
        rules_in(tmp_path)
    assert message in error.value.message
    assert f"{FILE}:1" in error.value.message
    assert "prometheus.io" in error.value.hint


def test_an_empty_file_has_no_alerts(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("# to be written\n")
    assert rules_in(tmp_path).alerts == []


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioFileError, match=r"alerts.yml: cannot be read"):
        rules_in(tmp_path)


@pytest.mark.parametrize(
    "rules",
    [
        alert('{__name__=~"shop_order_.+"} >= 0'),
        alert("process_cpu_utilization_ratio >= 0").replace("severity", "service_name: all, severity"),
        "{record: busy, expr: process_cpu_utilization_ratio, labels: {service_name: all}}",
    ],
    ids=["without their names", "with a label of the rule", "recorded"],
)
def test_series_that_the_rule_makes_alike_are_refused(rules: str) -> None:
    with pytest.raises(WrongUseError, match="cannot be evaluated: several series of the result have the same labels"):
        watching(rules)


def test_a_template_that_tells_series_apart_is_not_refused() -> None:
    own = EVERY.replace("severity", "service_name: '{{ $labels.service_name }}', severity")
    assert "for service_name=order, service_name=payment" in told("calm", watching(own))[0]
