"""The scenarios that come with the program keep the promises that are made about all of them."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from whodunit.faults.catalogue import read as read_flags
from whodunit.incident import catalogue
from whodunit.incident.breakage import Fault
from whodunit.incident.loader import Case, load_truth
from whodunit.incident.metric_check import MetricCheck
from whodunit.incident.negative_controls import negative_controls
from whodunit.incident.proved import proved_on
from whodunit.incident.schema import schemas
from whodunit.incident.table import markdown
from whodunit.load.spec import LoadSpec
from whodunit.runner.switches import expect_within_s, load_spec
from whodunit.telemetry.questions import RELEASE

CASES = catalogue.cases()
REPOSITORY = Path(__file__).parents[3]

UNHEARD = {"id": "", "title": "", "within": None}
"""What of a check does not matter to what it asks."""

DOCUMENTED_LOG_LINES = {
    "checkout-hangs/held": {
        ("payment", "ERROR", "Database connection timeout during payment gateway authentication."),
        ("payment", "INFO", "Retrying payment gateway request due to connection timeout."),
        ("order", "INFO", "Payment service timeout, retrying."),
        ("order", "WARN", "Order processing delayed due to payment timeout."),
    },
    "login-errors/held": {
        ("user", "ERROR", "Database query timed out while validating user credentials."),
        ("user", "INFO", "User login failed due to timeout during database query."),
        ("database", "ERROR", "Database connection timeout while querying user credentials."),
        ("database", "INFO", "Database connection pool reached max connections, waiting."),
        ("token", "ERROR", "Token generation failed because user data was incomplete."),
        ("token", "INFO", "User login failed, skipping token generation."),
    },
    "telemetry-gap/collector-away": {
        ("load-generator", "WARN", "Transient error StatusCode.UNAVAILABLE encountered while exporting logs to"),
        ("load-generator", "WARN", "Transient error StatusCode.UNAVAILABLE encountered while exporting traces to"),
    },
    "visitors-fail": {
        ("load-generator", "ERROR", "Browser.new_context: Target page, context or browser has been closed"),
        ("load-generator", "ERROR", "locust/user/task.py"),
    },
}
"""Quoted from the documents: the wording is exact."""

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def yaml(path: Path) -> object:
    return YAML(typ="safe", pure=True).load(path.read_text())


def test_they_are_all_there() -> None:
    assert [case.name for case in CASES] == [
        "all-quiet",
        "checkout-hangs/held",
        "checkout-hangs/leaked",
        "checkout-hangs/cut",
        "checkout-hangs/gateway-slow",
        "checkout-hangs/receipts",
        "checkout-hangs/crash-loop",
        "checkout-hangs-daily/held",
        "checkout-hangs-daily/settlement",
        "checkout-hangs-daily/gateway-slow",
        "evening-rush/small-pool",
        "evening-rush/no-keep-alive",
        "evening-rush/few-cores",
        "hot-product/locked-row",
        "hot-product/retry-storm",
        "hot-product/limit-scan",
        "logged-in-but/suspended",
        "logged-in-but/stale-key",
        "logged-in-but/clock-ahead",
        "login-errors/held",
        "login-errors/leaked",
        "login-errors/costly-hash",
        "login-errors/no-timeout",
        "orders-not-saved/backup",
        "orders-not-saved/report",
        "orders-not-saved/paper",
        "orders-not-saved/idle-connections",
        "product-errors/flag",
        "product-errors/import",
        "product-errors/renamed-field",
        "product-errors/bad-instance",
        "recommendations-slow/unbounded-cache",
        "recommendations-slow/catalogue-slow",
        "recommendations-slow/loop-work",
        "slow-lists/index-gone",
        "slow-lists/query-per-row",
        "slow-lists/stampede",
        "some-customers-slow/takes-turns",
        "some-customers-slow/second-region",
        "some-customers-slow/index-gone",
        "some-customers-slow/by-site",
        "telemetry-gap/collector-away",
        "telemetry-gap/wrong-address",
        "telemetry-gap/memory-limited",
        "visitors-fail",
    ]


@pytest.mark.parametrize("target", ["lite", "stack"])
def test_something_is_proved_everywhere(target: str) -> None:
    assert "checkout-hangs/gateway-slow" in {case.name for case in proved_on(target)}


def test_the_committed_schemas_are_the_models() -> None:
    assert {file: file.read_text() for file in schemas()} == schemas(), "run: python -m whodunit.incident.schema"


@every_case
def test_the_schema_accepts_what_the_model_accepts(case: Case) -> None:
    for file, schema in zip(case.files, schemas().values(), strict=False):
        Draft202012Validator(json.loads(schema)).validate(yaml(file))


@every_case
def test_the_truth_can_be_read_and_names_a_part_of_the_shop(case: Case) -> None:
    truth = load_truth(case)
    assert (truth.component is None) == (not case.scenario.breaks)


@every_case
def test_neither_slug_nor_title_names_the_cause(case: Case) -> None:
    words = set(re.findall("[a-z]+", f"{case.slug} {case.scenario.title}".lower()))
    assert not words & {"pool", "gateway", "database", "connection", "timeout", "fault", "inject"}


@every_case
def test_each_metric_is_a_declared_one(case: Case) -> None:
    registry = yaml(REPOSITORY / "docs" / "telemetry.yaml")
    assert isinstance(registry, dict)
    lists = (registry["metrics"], registry["conventions"]["metrics"], registry["stack"])
    declared = {metric["name"]: metric for each in lists for metric in each}
    for check in metric_checks(case):
        assert check.name in declared, check.id
        kind = next(each for each in ("histogram", "counter", "gauge") if getattr(check, each))
        assert declared[check.name]["instrument"] in (kind, "updowncounter"), check.id
        assert set(check.where) - {RELEASE} <= set(declared[check.name]["attributes"]), check.id


@every_case
def test_a_walkthrough_is_there(case: Case) -> None:
    assert (case.folder / "README.md").read_text().startswith(f"# {case.scenario.title}\n")


@every_case
def test_a_verification_takes_three_minutes_at_most_or_seven_when_it_comes_and_goes(case: Case) -> None:
    scenario = case.scenario
    recover = scenario.recover.within if scenario.recover else 0
    away = max((outage.lasts for outage in scenario.outages), default=0)
    assert expect_within_s(scenario) <= (300 if scenario.comes_and_goes else 60 + away)
    assert recover <= 60
    assert (scenario.alarms.lasts if scenario.alarms else 0) <= 60


@every_case
def test_every_remedy_of_its_faults_is_shown_to_work(case: Case) -> None:
    defects = {defect.flag for defect in case.scenario.defects if isinstance(defect, Fault)}
    exactly = {f"{each.flag}/{each.variant}" for each in case.scenario.defects if isinstance(each, Fault)}
    answers = {flag for flag, entry in read_flags().flags.items() if (defects | exactly) & set(entry.answers)}
    shown = {remedy.flag for remedy in case.scenario.remedies if remedy.heals} - defects
    assert shown >= answers - {defect.flag for defect in case.scenario.before if isinstance(defect, Fault)}


@every_case
def test_the_load_generator_understands_its_load(case: Case) -> None:
    for rush_at_s in (None, 0.0, 30.0, -7.0):
        spec = load_spec(case.scenario, case.scenario.remedies, rush_at_s=rush_at_s)
        assert LoadSpec.model_validate(spec).seconds > 120


def test_the_table_names_every_scenario_and_its_walkthrough() -> None:
    table = markdown(CASES)
    assert all(f"(scenarios/{case.slug}/README.md)" in table for case in CASES)
    assert "| 0 | the healthy shop | lite, stack | every negative control stays silent |" in table
    assert "| Some products cannot be shown | 4 | S3 | lite, stack |" in table
    assert "| The dashboards have a hole | 3 | S3b | stack |" in table


@every_case
def test_the_documented_log_lines_are_expected_word_for_word(case: Case) -> None:
    logs = {(log.service, log.severity, log.body or log.contains) for log in case.scenario.expect.logs}
    assert logs >= DOCUMENTED_LOG_LINES.get(case.name, set())


def test_all_quiet_evaluates_every_symptom_that_its_visitors_could_show() -> None:
    quiet = next(case for case in CASES if case.slug == "all-quiet")
    controls = negative_controls(quiet, "lite")
    heard = {control.check.model_copy(update=UNHEARD).model_dump_json() for control in controls}
    others = [case.scenario for case in CASES if not case.scenario.load.browsers]
    expected = [check for other in others for check in other.expect.checks if check.applies_to("lite")]
    assert heard == {check.model_copy(update=UNHEARD).model_dump_json() for check in expected}
    assert len(heard) == len({control.id for control in controls}) == len(controls)


def metric_checks(case: Case) -> list[MetricCheck]:
    scenario = case.scenario
    sections = [scenario.steady, scenario.expect, scenario.quiet, *scenario.remedies, scenario.recover]
    return [check for section in sections if section for check in section.metrics]
