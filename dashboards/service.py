"""One service: its requests, how well it answers, the peers it waits for, the resources it uses."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import promql
from dashboards.page import Section, page
from dashboards.panels import graph, heat, log_lines
from dashboards.queries import distribution, series
from dashboards.variables import choice
from whodunit.panels import service as panels
from whodunit.panels.boards import of_service

CHOSEN = "$service"
BOARD = of_service(CHOSEN)
THIS = f'service_name="{CHOSEN}"'
REQUESTS = "http_server_request_duration_seconds"

ERRORS = graph(
    "Requests answered with an error",
    "Share of answers that are the service's own failure (HTTP 5xx), by route. 4xx are the caller's.",
    "percentunit",
    series(
        promql.share(f"{REQUESTS}_count", 'http_response_status_code=~"5.."', "http_route", where=THIS),
        "{{http_route}}",
    ),
)

HEATMAP = heat(
    "Time to answer, all requests",
    "Every request, by how long it took: the darker, the more. Two bands are two kinds of request, which no "
    "percentile shows. The diamonds are exemplars: each leads to its trace.",
    distribution(promql.buckets(REQUESTS, where=THIS)),
)

LOGS = log_lines(
    "Log lines",
    "All its log lines. Open one: its trace id leads to everything that happened around it.",
    f"{{{THIS}}}",
)


def service() -> Dashboard:
    """One service, chosen at the top."""
    return page(
        "service",
        BOARD.title,
        BOARD.description,
        Section(
            "Requests, answers and growth",
            [
                (panels.requests(CHOSEN), ERRORS, panels.answer_times(CHOSEN)),
                (HEATMAP, panels.memory(CHOSEN)),
            ],
        ),
        Section(
            "Peers and connections that it waits for",
            [
                (panels.peer_times(CHOSEN), panels.peer_answers(CHOSEN)),
                (panels.connections(CHOSEN), panels.connection_times(CHOSEN)),
            ],
        ),
        Section(
            "Resources and log lines",
            [(panels.event_loop(CHOSEN), panels.processor(CHOSEN)), (LOGS,)],
        ),
        variables=(choice("service", "Service", f"label_values({REQUESTS}_count, service_name)", "order"),),
    )
