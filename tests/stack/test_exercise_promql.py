"""Exercises evaluate rules and expressions as Prometheus' own engine does, on recorded runs."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.stack.tools import location
from whodunit.exercise.alerting.recorded import Recording, recording
from whodunit.exercise.alerting.rule_file import RuleFile
from whodunit.exercise.alerting.watching import evaluated
from whodunit.exercise.promql.evaluation import STEP_MS, Evaluator
from whodunit.exercise.promql.matching import Vector
from whodunit.exercise.promql.series import NAME, Labels, Samples, Series
from whodunit.exercise.promql.understood import KNOWN_AGGREGATIONS, KNOWN_FUNCTIONS, expression
from whodunit.strict_yaml.positions import plain

pytestmark = pytest.mark.stack("promtool")

ROOT = Path(__file__).parents[2]
SECOND_MS = 1000
RECORDINGS = ("checkout-hangs-held", "checkout-hangs-crash-loop")

COMPLETED = 'shop_order_results_total{shop_outcome="completed"}'
REQUESTS = "http_server_request_duration_seconds_count"
BUCKETS = "http_server_request_duration_seconds_bucket"
STUCK = "shop_order_stuck"

EXPRESSIONS = (
    *(f"{name}({COMPLETED}[25s])" for name in ("rate", "increase", "irate", "resets", "changes", "present_over_time")),
    *(f"{name}({STUCK}[30s])" for name in ("delta", "idelta", "deriv", "avg_over_time", "stddev_over_time")),
    *(f"{name}_over_time({STUCK}[30s])" for name in ("min", "max", "sum", "count", "last")),
    f"increase({REQUESTS}[20s] offset 15s)",
    f"rate({REQUESTS}[1m]) + rate({REQUESTS}[20s])",
    f"predict_linear({STUCK}[30s], 60)",
    f"quantile_over_time(0.3, {STUCK}[30s])",
    f"sum by (service_name) (rate({REQUESTS}[20s]))",
    f"sum without (instance, job) (rate({REQUESTS}[20s]))",
    f"avg(rate({REQUESTS}[20s]))",
    f"min by (http_route) ({REQUESTS})",
    f"max({REQUESTS})",
    f"count by (service_name, http_route) ({REQUESTS})",
    f"group by (service_name) ({REQUESTS})",
    f"topk(1, sum by (service_name) (rate({REQUESTS}[31s])))",
    "bottomk by (service_name) (1, shop_outbound_duration_seconds_sum)",
    f"quantile(0.9, rate({REQUESTS}[20s]))",
    f"histogram_quantile(0.95, sum by (le, service_name) (rate({BUCKETS}[20s]))) >= 0",
    f"histogram_quantile(0.5, rate({BUCKETS}[20s])) >= 0",
    f"histogram_quantile(1, rate({BUCKETS}[20s])) >= 0",
    f'sum(rate({BUCKETS}{{le="0.75"}}[20s])) / sum(rate({REQUESTS}[20s]))',
    f"sum by (service_name) (rate({REQUESTS}[20s])) / ignoring (service_name) group_left () sum(rate({REQUESTS}[20s]))",
    f"rate({REQUESTS}[20s]) * on (instance) group_left (service_version) process_thread_count",
    f"process_thread_count * on (instance) group_right () {REQUESTS}",
    f'{REQUESTS}{{http_route=~"/api/.*", http_response_status_code!~"5..", service_name!="user"}}',
    f"{STUCK} > 3 or {STUCK} < 1",
    f"{STUCK} >= bool 3",
    f"1 < {STUCK}",
    f"{REQUESTS} != 0 unless on (service_name) {STUCK}",
    f"{REQUESTS} and on (instance) {STUCK}",
    f"shop_order_in_processing > {STUCK}",
    f"shop_order_in_processing >= on (instance) {STUCK}",
    f"-{STUCK} + 2 ^ 3 % 5",
    f"1 / ({STUCK} - {STUCK})",
    f"abs(-{STUCK}) + ceil({STUCK} / 3) + floor({STUCK} / 3) + round({STUCK} / 3, 0.5) + sgn({STUCK})",
    f"clamp_min({STUCK}, 2) + clamp_max({STUCK}, 9)",
    f"sqrt({STUCK}) + ln({STUCK}) + log2({STUCK}) + log10({STUCK})",
    f"absent({STUCK}) or absent(shop_of_nothing{{a='b', c=~'d'}})",
    "absent_over_time(shop_of_nothing{a='b'}[1m])",
    f"scalar({STUCK}) + vector(1)",
    "vector(time())",
    f"timestamp({STUCK}) - time()",
    f"max_over_time(sum(rate({REQUESTS}[20s]))[1m:10s])",
    f"avg_over_time({STUCK}[30s:])",
    f"sum(last_over_time({STUCK}[15s]))",
    "count({__name__=~'shop_.*'})",
)

ALERTS = """
groups:
  - name: alerts
    rules:
      - {record: "orders:stuck", expr: "sum(shop_order_stuck) > 3", labels: {team: checkout}}
      - {alert: Recorded, expr: "orders:stuck"}
      - {alert: For, expr: "shop_order_stuck > 0", for: 10s, labels: {severity: page}}
      - {alert: KeptOn, expr: "rate(shop_order_payment_timeouts_total[15s]) > 0", keep_firing_for: 15s}
      - {alert: KeptOnAfterFor, expr: "process_cpu_utilization_ratio > 0.05", for: 5s, keep_firing_for: 10s}
      - alert: Slow
        expr: >-
          histogram_quantile(0.95, sum by (le) (rate(
            http_server_request_duration_seconds_bucket{service_name="frontend", http_route="/api/checkout"}[20s]
          ))) > 1
        for: 15s
  - name: by service
    rules:
      - alert: OfEach
        expr: sum by (service_name) (rate(http_server_request_duration_seconds_count[20s])) > 5
        for: 30s
"""


def in_whole_seconds(name: str) -> Recording:
    """A recording with samples where promtool can have them."""
    exact = recording(name, ROOT / "exercises" / "alert-it" / "recordings")
    samples = Samples()
    for each in exact.samples.every():
        series = samples.series(each.labels)
        for time_ms, value in zip(each.times_ms, each.values, strict=True):
            series.add(round(time_ms / SECOND_MS) * SECOND_MS, value)
    return Recording(name, samples, exact.end_ms, exact.onset_ms)


def written(labels: Labels) -> str:
    named = dict(labels)
    name = named.pop(NAME, "")
    return name + "{" + ", ".join(f'{key}="{value}"' for key, value in named.items()) + "}"


def values(series: Series) -> Iterator[str]:
    """In promtool's words: a value for each second, or for how many there is none."""
    at = 0
    for time_ms, value in zip(series.times_ms, series.values, strict=True):
        if skipped := time_ms // SECOND_MS - at:
            yield f"_x{skipped}"
        yield repr(value)
        at = time_ms // SECOND_MS + 1


def inputs(recorded: Recording) -> list[dict[str, str]]:
    every = recorded.samples.every()
    return [{"series": written(tuple(each.labels.items())), "values": " ".join(values(each))} for each in every]


def promtool_agrees(folder: Path, rules: RuleFile | None, recorded_inputs: list[Any], tests: dict[str, Any]) -> None:
    yaml, names, groups = YAML(typ="safe"), [], list[str]()
    if rules:
        names = ["rules.yml"]
        document = rules.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for rule in (rule for group in document["groups"] for rule in group["rules"]):
            rule.pop("annotations", None)
            rule |= {key: f"{rule[key]}ms" for key in ("for", "keep_firing_for") if key in rule}
        for group in document["groups"]:
            group.pop("interval", None)  # promtool evaluates all groups at once
        groups = [group["name"] for group in document["groups"]]
        yaml.dump(document, folder / "rules.yml")
    test = {"interval": "1s", "input_series": recorded_inputs} | tests
    whole = {"rule_files": names, "evaluation_interval": "5s", "fuzzy_compare": True, "tests": [test]}
    whole["group_eval_order"] = groups
    yaml.dump(whole, folder / "tests.yml")
    command = [str(location.program("promtool")), "test", "rules", "tests.yml"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    assert ended.returncode == 0, (ended.stdout + ended.stderr)[:6000]


def test_every_function_is_among_the_expressions() -> None:
    words = {word for each in EXPRESSIONS for word in each.replace("(", " ( ").split()}
    assert {*KNOWN_FUNCTIONS, *KNOWN_AGGREGATIONS} <= words


@pytest.mark.parametrize("name", RECORDINGS)
def test_expressions_have_prometheus_values(name: str, tmp_path: Path) -> None:
    recorded = in_whole_seconds(name)
    moments = [
        30_000,
        90_000,
        recorded.end_ms // STEP_MS * STEP_MS,
    ]  # promtool has no samples after its last evaluation
    evaluator, tests, without = Evaluator(recorded.samples), list[dict[str, Any]](), set(EXPRESSIONS)
    for text in EXPRESSIONS:
        for at_ms in moments:
            asked = written_to_four_digits(text, evaluator.vector(expression(text), at_ms))
            found = evaluator.vector(expression(asked), at_ms)
            samples = [{"labels": written(labels), "value": value} for labels, value in found.items()]
            tests.append({"expr": asked, "eval_time": f"{at_ms}ms", "exp_samples": samples})
            without -= {text} if found else set()
    assert without == set()
    promtool_agrees(tmp_path, None, inputs(recorded), {"promql_expr_test": tests})


def written_to_four_digits(text: str, found: Vector) -> str:
    """The last digit of a float depends on the order of additions; rounding would take a series' name from it."""
    return text if any(NAME in dict(labels) for labels in found) else f"round({text}, 0.0001)"


def shop_rules() -> RuleFile:
    files = sorted((ROOT / "prometheus" / "rules").glob("*.yml"), reverse=True)
    groups = [group for file in files for group in plain(YAML(typ="rt").load(file))["groups"]]
    return RuleFile.model_validate({"groups": groups})


def rules_of_each_kind() -> RuleFile:
    return RuleFile.model_validate(YAML(typ="safe").load(ALERTS))


@pytest.mark.parametrize(
    ("name", "rules"), [*zip(RECORDINGS, (rules_of_each_kind, shop_rules), strict=True)], ids=RECORDINGS
)
def test_alerts_fire_when_prometheus_fires_them(name: str, rules: Callable[[], RuleFile], tmp_path: Path) -> None:
    file = rules()
    recorded = in_whole_seconds(name)
    given = inputs(recorded)
    alerts = list(evaluated(file, recorded))
    firing = {(each.at_ms, each.name, each.labels) for each in alerts if each.is_firing}
    assert {each.name for each in alerts if each.is_firing}
    tests = [
        {
            "eval_time": f"{at_ms}ms",
            "alertname": str(rule.alert),
            "exp_alerts": [
                {"exp_labels": dict(labels)} for at, named, labels in firing if (at, named) == (at_ms, rule.alert)
            ],
        }
        for rule in file.alerts
        for at_ms in range(0, recorded.end_ms + 1, STEP_MS)
    ]
    promtool_agrees(tmp_path, file, given, {"alert_rule_test": tests})
