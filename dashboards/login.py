"""Login: from the customer's symptom down to where the time goes."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import promql
from dashboards.limits import LATENCY_S
from dashboards.page import Section, page
from dashboards.panels import graph, log_lines
from dashboards.queries import series
from dashboards.waiting import call_times, connection_wait, connections, failing_calls

SESSIONS = 'service_name="user", http_route="/sessions"'
HOPS = 'service_name=~"frontend|user|token", service_peer_name=~"user|database|token"'
DATABASES = 'service_name=~"database|token"'

LOGINS = graph(
    "Logins",
    "How many people try to log in, and how it ends. A refused login had a wrong password; a failed one is the "
    "shop's own doing.",
    "cps",
    series(promql.rate("shop_login_results_total", "shop_outcome"), "{{shop_outcome}}"),
    stacked=True,
)

STATUS = graph(
    "What user answers",
    'Answers to logins by HTTP status: 200 and 401 are answers, 500 is what the customer calls "something went wrong".',
    "reqps",
    series(
        promql.rate("http_server_request_duration_seconds_count", "http_response_status_code", where=SESSIONS),
        "{{http_response_status_code}}",
    ),
    stacked=True,
)

LOGIN_TIME = graph(
    "Time to log in",
    "From the request to the token. A good part of it is the check of the password, which is slow on purpose.",
    "s",
    series(promql.quantile(0.99, "shop_login_duration_seconds"), "p99"),
    series(promql.quantile(0.95, "shop_login_duration_seconds"), "p95", exemplars=True),
    series(promql.quantile(0.5, "shop_login_duration_seconds"), "median"),
    limit=LATENCY_S,
)

CREDENTIALS = graph(
    "What the credential store answers",
    "Requests to the database service by route and HTTP status: its throughput, and how much of it fails.",
    "reqps",
    series(
        promql.rate(
            "http_server_request_duration_seconds_count",
            "http_route",
            "http_response_status_code",
            where='service_name="database"',
        ),
        "{{http_route}} {{http_response_status_code}}",
    ),
)

STATEMENTS = graph(
    "Time in the credential store",
    "How long the database service takes to answer, by route, and how long its SQL statements take (both p95). When "
    "the answers are slow and the statements are not, the time is lost between the two.",
    "s",
    series(
        promql.quantile(0.95, "http_server_request_duration_seconds", "http_route", where='service_name="database"'),
        "{{http_route}}",
        exemplars=True,
    ),
    series(
        promql.quantile(
            0.95,
            "traces_span_metrics_duration_seconds",
            "span_name",
            where='service_name="database", span_kind="SPAN_KIND_CLIENT"',
        ),
        "SQL {{span_name}}",
    ),
)

TOKENS = graph(
    "Tokens",
    "Tokens asked for, by outcome. Fewer than logins means that logins end before they get here.",
    "cps",
    series(promql.rate("shop_token_results_total", "shop_outcome"), "{{shop_outcome}}"),
    stacked=True,
)

TOKEN_TIME = graph(
    "Time to issue a token",
    "How long the token service takes to answer (p95 and median). It asks the credential store for the user's "
    "claims first.",
    "s",
    series(
        promql.quantile(
            0.95, "http_server_request_duration_seconds", where='service_name="token", http_route="/tokens"'
        ),
        "p95",
        exemplars=True,
    ),
    series(
        promql.quantile(
            0.5, "http_server_request_duration_seconds", where='service_name="token", http_route="/tokens"'
        ),
        "median",
    ),
)

LOGS = log_lines(
    "What user, database and token say",
    "Lines about logins. Open one: its trace id leads to everything that happened around it.",
    '{service_name=~"user|database|token"}',
)


def login() -> Dashboard:
    """The signals of a login in the order in which one looks."""
    return page(
        "login",
        "Login",
        "A customer logs in. Top down: what the customer feels, which part of the way takes the time, and what that "
        "part is doing meanwhile.",
        Section("Symptom: what the customer feels", [(LOGINS, STATUS, LOGIN_TIME)]),
        Section(
            "Where: which part of the way", [(call_times(HOPS), failing_calls(HOPS)), (CREDENTIALS, TOKENS, TOKEN_TIME)]
        ),
        Section(
            "Why: what that part is doing", [(STATEMENTS, connection_wait(DATABASES), connections(DATABASES)), (LOGS,)]
        ),
    )
