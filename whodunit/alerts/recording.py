"""Recording rules: rate, errors and duration by service and operation; the objectives' ratios and budgets."""

from typing import Any

from whodunit.alerts.objectives import Objectives, Slo
from whodunit.alerts.promql import increases
from whodunit.telemetry.promql import duration
from whodunit.telemetry.vocabulary import METRICS

Rule = dict[str, Any]

LEVELS = {"service": ("service_name",), "operation": ("service_name", "http_request_method", "http_route")}
SERVER = METRICS["http.server.request.duration"].family
PERCENTILES = (50, 95)


def groups(objectives: Objectives) -> list[dict[str, Any]]:
    """The groups of `recording.yml`."""
    interval = duration(objectives.interval)
    red = [rule for level, labels in LEVELS.items() for rule in _red(level, labels, duration(objectives.red_window))]
    slos = [rule for slo in objectives.slos for rule in _slo(slo)]
    return [
        {"name": "requests", "interval": interval, "rules": red},
        {"name": "objectives", "interval": interval, "rules": slos},
    ]


def error_ratio(window_s: float) -> str:
    """The recorded share of bad events over a window."""
    return f"slo:error_ratio:increase{duration(window_s)}"


def bad_events(window_s: float) -> str:
    """The recorded number of bad events in a window."""
    return f"slo:bad_events:increase{duration(window_s)}"


def _events(window_s: float) -> str:
    return f"slo:events:increase{duration(window_s)}"


def _red(level: str, labels: tuple[str, ...], window: str) -> list[Rule]:
    by = ", ".join(labels)
    requests = f"{level}:http_server_requests:rate{window}"
    failed = f'sum by ({by}) (rate({SERVER}_count{{http_response_status_code=~"5.."}}[{window}]))'
    buckets = f"sum by ({by}, le) (rate({SERVER}_bucket[{window}]))"
    return [
        {"record": requests, "expr": f"sum by ({by}) (rate({SERVER}_count[{window}]))"},
        {
            "record": f"{level}:http_server_errors:ratio_rate{window}",
            "expr": f"({failed} or 0 * {requests})\n/ ({requests} > 0)",
        },
        *(
            {
                "record": f"{level}:{SERVER}:p{percentile}_rate{window}",
                "expr": f"histogram_quantile({percentile / 100:g}, {buckets})",
            }
            for percentile in PERCENTILES
        ),
    ]


def _slo(slo: Slo) -> list[Rule]:
    windows = (slo.alert.lookback_windows.short, slo.alert.lookback_windows.long, slo.time_window)
    rules = [rule for window_s in windows for rule in _ratio(slo, window_s)]
    spent = f'{error_ratio(slo.time_window)}{{slo="{slo.name}"}} / {slo.budget:g}'
    rules += [
        {"record": "slo:objective:ratio", "expr": f"vector({slo.target:g})"},
        {"record": "slo:error_budget_remaining:ratio", "expr": f"1 - {spent}"},
    ]
    return [rule | {"labels": {"slo": slo.name}} for rule in rules]


def _ratio(slo: Slo, window_s: float) -> list[Rule]:
    of_this = f'{{slo="{slo.name}"}}'
    return [
        {"record": bad_events(window_s), "expr": increases(slo.ratio_metric.bad, window_s)},
        {"record": _events(window_s), "expr": increases(slo.ratio_metric.total, window_s)},
        {
            "record": error_ratio(window_s),
            "expr": f"{bad_events(window_s)}{of_this}\n/ ({_events(window_s)}{of_this} > 0)",
        },
    ]
