"""The first page: is the shop healthy, and where does one look next."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.page import Section, page
from dashboards.panels import figures, graph, log_lines, overview, words
from dashboards.queries import rows, series
from whodunit.panels import checkout, waiting
from whodunit.panels.limits import AVAILABILITY, BURN_RATE, LATENCY_S

P95 = "operation:http_server_request_duration_seconds:p95_rate30s"
PROMISED = 'service_name="frontend", http_route=~"/api/checkout|/api/session|/api/products"'

GOOD = figures(
    "What goes well",
    "Share of checkouts and logins in the last ten minutes that ended as the customer meant them to. 99.99 % are "
    "promised: one in ten thousand may go wrong.",
    "percentunit",
    series('1 - slo:error_ratio:increase10m{slo=~".+-availability"}', "{{slo}}"),
    limit=AVAILABILITY,
    bad="below",
    decimals=2,
)

QUICK = figures(
    "How quick it is",
    "19 of 20 customers get their answer within this time. Three quarters of a second are promised.",
    "s",
    series(
        f"max by (http_route) ({P95}{{{PROMISED}}})",
        "{{http_route}}",
    ),
    limit=LATENCY_S,
    bad="above",
    decimals=2,
)

BUDGETS = figures(
    "Error budget left",
    "A promise of 99.99 % leaves a budget of 0.01 % for failures. At 100 % nothing of the last ten minutes' budget "
    "is spent, at 0 % all of it, below 0 % the promise is broken.",
    "percentunit",
    series("slo:error_budget_remaining:ratio", "{{slo}}"),
    limit=0,
    bad="below",
    decimals=0,
)

ALERTS = overview(
    "Alerts",
    "Alerts that are pending or firing now. Each names a symptom, the service where one begins to look, and has a "
    "page in docs/runbooks. No row: no alert.",
    rows("ALERTS"),
    ["alertname", "alertstate", "severity", "service"],
)

BURN = graph(
    "How fast the budgets burn",
    "Bad events of the last 30 s, as a multiple of what is allowed. At 1 the budget lasts exactly as long as it "
    "should; above the line an alert is near.",
    "short",
    series("slo:error_ratio:increase30s / on (slo) (1 - slo:objective:ratio)", "{{slo}}"),
    limit=BURN_RATE,
)

REQUESTS = graph(
    "Requests by service",
    "How much each service is asked to do. A service that is asked less than usual may have a caller in trouble.",
    "reqps",
    series("service:http_server_requests:rate30s", "{{service_name}}"),
)

ERRORS = graph(
    "Failures by service",
    "Share of each service's answers that are its own failure (HTTP 5xx). Those who fail because another failed do "
    "so a moment later.",
    "percentunit",
    series("service:http_server_errors:ratio_rate30s", "{{service_name}}"),
)

TIMES = graph(
    "Time to answer by service",
    "The time that 19 of 20 requests to each service stay below (p95). Callers are at least as slow as their peers.",
    "s",
    series("service:http_server_request_duration_seconds:p95_rate30s", "{{service_name}}"),
    limit=LATENCY_S,
)

LOGS = log_lines(
    "What services complain of",
    "Warnings and errors of all services, newest first. Open one: its trace id leads to everything that happened "
    "around it.",
    '{service_name=~".+", service_name!="otel-collector"} | severity_text=~"WARN|WARNING|ERROR|FATAL"',
)

NEXT = words(
    "Ways on",
    "Ways on from here, by what you noticed.",
    """\
| you noticed | look at |
| --- | --- |
| orders that hang, fail or take long | [Checkout](/grafana/d/checkout?${__url_time_range}) |
| logins that fail or take long | [Login](/grafana/d/login?${__url_time_range}) |
| one service that stands out | [Service](/grafana/d/service?${__url_time_range}) |
| gaps in the lines, or no data at all | [Telemetry pipeline](/grafana/d/pipeline?${__url_time_range}) |
| everything with a database is slow | [PostgreSQL](/grafana/d/postgresql?${__url_time_range}) |
| a volume that fills up | [Volume](/grafana/d/volume?${__url_time_range}) |
| pages that are slow, visitors that fail | [Pages and browsers](/grafana/d/browsers?${__url_time_range}) |

Then from a number to an example: a point marked on a graph is an exemplar and leads to its trace; \
a span leads to its service's log lines and metrics; a log line leads to its trace.
""",
)


def start_here() -> Dashboard:
    """Objectives, alerts, rate-errors-duration by service, and ways on."""
    return page(
        "start-here",
        "Start here",
        "Is the shop healthy, as its customers see it? If not: which service stands out, and where does one look next?",
        Section("Is the shop healthy?", [(GOOD, QUICK, BUDGETS, ALERTS), (BURN, checkout.WAITING_ORDERS)]),
        Section("Which service stands out?", [(REQUESTS, ERRORS, TIMES), (waiting.CALLS_BETWEEN_SERVICES,), (LOGS,)]),
        Section("Where to look next", [(NEXT,)]),
    )
