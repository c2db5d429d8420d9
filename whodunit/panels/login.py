"""Panels about a login: the credential store, the token, and what they wait for."""

from whodunit.panels import waiting
from whodunit.panels.limits import LATENCY_S
from whodunit.panels.lines import percentile, rate
from whodunit.panels.panel import Panel, Unit

SERVER = "http.server.request.duration"
TOKEN_ROUTE = {"http.route": "/tokens"}
CALLERS = ("frontend", "user", "token")
PEERS = ("user", "database", "token")
DATABASES = ("database", "token")

LOGINS = Panel(
    "Logins",
    "How many people try to log in, and how it ends. A refused login had a wrong password; a failed one is the "
    "shop's own doing.",
    Unit.EVENTS,
    [rate("shop.login.results", "{shop.outcome}", "shop.outcome")],
    stacked=True,
)

STATUS = Panel(
    "What user answers",
    'Answers to logins by HTTP status: 200 and 401 are answers, 500 is what the customer calls "something went wrong".',
    Unit.REQUESTS,
    [
        rate(
            SERVER,
            "{http.response.status_code}",
            "http.response.status_code",
            service="user",
            where={"http.route": "/sessions"},
        )
    ],
    stacked=True,
)

LOGIN_TIME = Panel(
    "Time to log in",
    "From the request to the token. A good part of it is the check of the password, which is slow on purpose.",
    Unit.SECONDS,
    [
        percentile(99, "shop.login.duration", "p99"),
        percentile(95, "shop.login.duration", "p95", exemplars=True),
        percentile(50, "shop.login.duration", "median"),
    ],
    limit=LATENCY_S,
)

CREDENTIALS = Panel(
    "What the credential store answers",
    "Requests to the database service by route and HTTP status: its throughput, and how much of it fails.",
    Unit.REQUESTS,
    [
        rate(
            SERVER,
            "{http.route} {http.response.status_code}",
            *("http.route", "http.response.status_code"),
            service="database",
        )
    ],
)

TOKENS = Panel(
    "Tokens",
    "Tokens asked for, by outcome. Fewer than logins means that logins end before they get here.",
    Unit.EVENTS,
    [rate("shop.token.results", "{shop.outcome}", "shop.outcome")],
    stacked=True,
)

TOKEN_TIME = Panel(
    "Time to issue a token",
    "How long the token service takes to answer (p95 and median). It asks the credential store for the user's "
    "claims first.",
    Unit.SECONDS,
    [
        percentile(95, SERVER, "p95", service="token", where=TOKEN_ROUTE, exemplars=True),
        percentile(50, SERVER, "median", service="token", where=TOKEN_ROUTE),
    ],
)

CALL_TIMES = waiting.call_times(CALLERS, PEERS)
FAILING_CALLS = waiting.failing_calls(CALLERS, PEERS)
CONNECTION_WAIT = waiting.connection_wait(DATABASES)
CONNECTIONS = waiting.connections(DATABASES)
