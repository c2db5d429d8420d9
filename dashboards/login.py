"""Login: from the customer's symptom down to where the time goes."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import promql
from dashboards.page import Section, page
from dashboards.panels import graph, log_lines
from dashboards.queries import series
from whodunit.panels import login as panels
from whodunit.panels.boards import LOGIN

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

LOGS = log_lines(
    "What user, database and token say",
    "Lines about logins. Open one: its trace id leads to everything that happened around it.",
    '{service_name=~"user|database|token"}',
)


def login() -> Dashboard:
    """The signals of a login in the order in which one looks."""
    return page(
        "login",
        LOGIN.title,
        LOGIN.description,
        Section("Symptom: what the customer feels", [(panels.LOGINS, panels.STATUS, panels.LOGIN_TIME)]),
        Section(
            "Where: which part of the way",
            [(panels.CALL_TIMES, panels.FAILING_CALLS), (panels.CREDENTIALS, panels.TOKENS, panels.TOKEN_TIME)],
        ),
        Section("Why: what that part is doing", [(STATEMENTS, panels.CONNECTION_WAIT, panels.CONNECTIONS), (LOGS,)]),
    )
