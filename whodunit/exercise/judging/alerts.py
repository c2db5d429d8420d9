"""An alert on a symptom: fires in trouble and in no other time, calls once, and says what to do."""

import re
from collections.abc import Callable, Iterator, Sequence

from promql_parser import MatchOp, VectorSelector

from whodunit.exercise.alerting.rule_file import FILE, Rule
from whodunit.exercise.alerting.watched import Alert, Alerting, Watched, clock
from whodunit.exercise.evidence import Evidence
from whodunit.exercise.judging.missing import Judge, Missing, first_of_each
from whodunit.exercise.promql.evaluation import STEP_MS
from whodunit.exercise.promql.series import NAME
from whodunit.strict_yaml.suggestion import meant

CAMPAIGN = "campaign"
FRONTEND = "frontend"
OF_CUSTOMERS = (
    *("shop_order_results_", "shop_order_duration_", "shop_order_in_processing", "shop_order_stuck"),
    *("shop_order_unsettled_", "shop_login_results_", "shop_login_duration_", "httpcheck_"),
)
"""The metrics of what customers get, or do not get; those of what order itself is refused are not among them."""

REASON = "error_type"
"""The label of the reason why an order failed: one value of it is one cause."""

OF_REQUESTS = "http_server_request_duration_seconds"
"""That of the frontend is what customers wait for; that of the services behind it is not."""

SEVERITIES = ("page", "ticket")
RUNBOOK = "runbook_url"
ADDRESS = re.compile(r"https?://[^\s/]+")

Of = Callable[[Alerting], Iterator[Missing]]


def _of(judge: Of) -> Judge:
    """Without an alert there is nothing to judge."""

    def judged(evidence: Evidence) -> Iterator[Missing]:
        alerting = evidence.alerting
        if alerting is None or not alerting.rules.alerts:
            yield Missing("nothing", f"There is no alert in {FILE}.")
        else:
            yield from first_of_each(judge(alerting))

    return judged


def _fires(alerting: Alerting) -> Iterator[Missing]:
    for name in alerting.unknown:
        guess = meant(name, alerting.names).strip()
        yield Missing("unknown-metric", f"No recording has a metric {name}{'; ' + guess if guess else '.'}")
    for seen in alerting.troubled:
        yield from _too_late(seen, alerting)


def _too_late(seen: Watched, alerting: Alerting) -> Iterator[Missing]:
    if seen.symptom is None or seen.onset_ms is None:
        return
    after = sorted({alert.at_ms for alert in seen.firing if alert.at_ms >= seen.onset_ms})
    hung = f"In {seen.recording} five orders or more hung {seen.symptom}"
    if not after:
        yield _never(seen, hung, alerting)
    elif after[0] > min(seen.symptom.end_ms, seen.symptom.start_ms + alerting.within_ms):
        yield Missing("late", f"{hung}; the first alert fires at {clock(after[0])}.")


def _never(seen: Watched, hung: str, alerting: Alerting) -> Missing:
    for rule in alerting.rules.alerts:
        held = seen.stretches(str(rule.alert), firing=False)
        if held:
            longest = max(held, key=lambda each: each.seconds)
            told = f"{rule.alert} holds {longest}, for {longest.seconds:.0f} s, and has `for: {rule.hold_ms / 1000:g}s`"
            return Missing("for-too-long", f"{hung}; nothing fires: {told}.")
    peaks = [f"{name} gets to {value:.4g} at {clock(at)}" for name, (value, at) in seen.nearest.items()]
    told = "; ".join(peaks) or "the expression has no result"
    return Missing("never", f"{hung}; nothing fires: {told}.")


def _silent(alerting: Alerting) -> Iterator[Missing]:
    for seen in alerting.watched:
        until = seen.onset_ms if seen.onset_ms is not None else float("inf")
        wrong = [alert for alert in seen.firing if alert.at_ms < until]
        if wrong:
            quiet = "rush" if seen.recording == CAMPAIGN else "quiet"
            yield Missing(quiet if seen.is_healthy else "before", _told(seen, wrong))


def _told(seen: Watched, wrong: Sequence[Alert]) -> str:
    name = wrong[0].name
    mine = [alert for alert in wrong if alert.name == name]
    at = ", ".join(sorted({clock(alert.at_ms) for alert in mine}))
    when = "nothing is wrong" if seen.is_healthy else f"nothing is wrong until {clock(seen.onset_ms or 0)}"
    return f"In {seen.recording} {when}, and {name} fires at {at} with {mine[0].value:.4g}{_of_series(mine[0])}."


def _of_series(alert: Alert) -> str:
    of = dict(alert.labels).get("service_name")
    return f" of {of}" if of else ""


def _symptom(alerting: Alerting) -> Iterator[Missing]:
    for rule, selector in alerting.selected:
        name = selector.name or ""
        if name in alerting.recorded_names:
            continue
        if name.startswith(OF_CUSTOMERS):
            yield from _of_one_cause(rule, selector)
            continue
        if not name.startswith(OF_REQUESTS):
            yield Missing("cause", f"{_named(rule)} asks for {name or selector}, which no customer sees.")
        elif not any(each.name == "service_name" and each.value == FRONTEND for each in selector.matchers.matchers):
            yield Missing("inside", f'{_named(rule)} asks for {name} without service_name="{FRONTEND}".')


def _of_one_cause(rule: Rule, selector: VectorSelector) -> Iterator[Missing]:
    for each in selector.matchers.matchers:
        if each.name == REASON and each.op == MatchOp.Equal and each.value:
            asked = f'{selector.name} with {REASON}="{each.value}"'
            yield Missing("cause", f"{_named(rule)} asks for {asked} alone, one reason among several.")


def _calm(alerting: Alerting) -> Iterator[Missing]:
    for rule in alerting.rules.alerts:
        if rule.hold_ms < STEP_MS:
            has = f"`for: {rule.hold_ms / 1000:g}s`, less than the {STEP_MS // 1000} s between two evaluations"
            yield Missing("no-for", f"{rule.alert} has {has if rule.hold_ms else 'no `for`'}.")
        if rule.tells_value_in_labels:
            label = rule.tells_value_in_labels[0]
            yield Missing("value-in-label", f"{rule.alert} has the value in its label {label}: {rule.labels[label]!r}.")
        else:
            yield from _called_again(str(rule.alert), alerting)


def _called_again(name: str, alerting: Alerting) -> Iterator[Missing]:
    for seen in alerting.troubled:
        fired = seen.stretches(name, firing=True)
        if len(fired) > 1:
            told = ", then again ".join(map(str, fired))
            yield Missing("flaps", f"{name} fires in {seen.recording} {told}: {len(fired)} calls.")
        several = {alert.labels for alert in seen.firing if alert.name == name}
        if len(several) > 1:
            shown = ", ".join(_distinct(several))
            yield Missing("several", f"{name} fires {len(several)} times over in {seen.recording}: for {shown}.")


def _distinct(several: set[tuple[tuple[str, str], ...]]) -> list[str]:
    """Of each its labels that the others do not have alike; three at most."""
    shared = set.intersection(*(set(labels) for labels in several))
    named = sorted(" ".join(f"{k}={v}" for k, v in labels if (k, v) not in shared and k != NAME) for labels in several)
    return [*named[:3], "…"] if len(named) > 3 else named


def _says(alerting: Alerting) -> Iterator[Missing]:
    for rule in alerting.rules.alerts:
        if not rule.annotations.get("summary", "").strip():
            yield Missing("summary", f"{rule.alert} has no annotation summary.")
        runbook = rule.annotations.get(RUNBOOK, "").strip()
        if not ADDRESS.match(runbook):
            has = f"{RUNBOOK}: {runbook}, which is no address (https://…)" if runbook else f"no annotation {RUNBOOK}"
            yield Missing("runbook", f"{rule.alert} has {has}.")
        severity = alerting.labels_of(rule).get("severity", "")
        if severity not in SEVERITIES:
            has = (
                f"severity={severity}; the pager knows {' and '.join(SEVERITIES)}" if severity else "no label severity"
            )
            yield Missing("severity", f"{rule.alert} has {has}.")


def _named(rule: Rule) -> str:
    return str(rule.alert or rule.record)


fires = _of(_fires)
"""Lessons: nothing, unknown-metric, never, for-too-long, late."""

silent = _of(_silent)
"""Lessons: nothing, quiet, rush, before."""

symptom = _of(_symptom)
"""Lessons: nothing, cause, inside."""

calm = _of(_calm)
"""Lessons: nothing, no-for, flaps, several, value-in-label."""

says = _of(_says)
"""Lessons: nothing, summary, runbook, severity."""


def fired(evidence: Evidence) -> str:
    """The first alert in each recording in trouble, and when orders hung."""
    told = []
    for seen in evidence.alerting.troubled if evidence.alerting else ():
        after = [alert for alert in seen.firing if alert.at_ms >= (seen.onset_ms or 0)]
        first = f"{after[0].name} {clock(after[0].at_ms)}" if after else "nothing"
        told.append(f"{seen.recording.removeprefix('checkout-hangs-')} (hung {seen.symptom}): {first}")
    return " · ".join(told)
