"""The database server, as it sees itself and as the services see it."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import promql
from dashboards.page import Section, page
from dashboards.panels import graph
from dashboards.promql import SLOW_WINDOW
from dashboards.queries import series

DATABASE = "postgresql_database_name"
TABLE = "postgresql_table_name"

BACKENDS = graph(
    "Connections by database",
    "Server processes that serve a connection, by database, and how many the server allows in all.",
    "short",
    series(f"sum by ({DATABASE}) (postgresql_backends)", f"{{{{{DATABASE}}}}}"),
    series("max(postgresql_connection_max)", "allowed"),
)

COMMITS = graph(
    "Commits",
    "Transactions that ended well, by database.",
    "cps",
    series(promql.rate("postgresql_commits_total", DATABASE, window=SLOW_WINDOW), f"{{{{{DATABASE}}}}}"),
    stacked=True,
)

ROLLBACKS = graph(
    "Rollbacks",
    "Transactions that were given up, by database: by an error, by a client that left, or because reading needs no "
    "commit.",
    "cps",
    series(promql.rate("postgresql_rollbacks_total", DATABASE, window=SLOW_WINDOW), f"{{{{{DATABASE}}}}}"),
    stacked=True,
)

ROWS = graph(
    "Rows written",
    "Rows inserted, updated and deleted, by database.",
    "cps",
    series(
        promql.rate("postgresql_operations_total", DATABASE, "operation", window=SLOW_WINDOW),
        f"{{{{{DATABASE}}}}}: {{{{operation}}}}",
    ),
)

CACHE = graph(
    "Reads answered from memory",
    "Share of blocks that were in the server's own cache. When it falls, statements begin to wait for the disk.",
    "percentunit",
    series(
        promql.share("postgresql_blocks_read_total", 'source=~".+_hit"', DATABASE, window=SLOW_WINDOW),
        f"{{{{{DATABASE}}}}}",
    ),
)

DEAD_ROWS = graph(
    "Rows that wait to be cleared",
    "Dead versions of rows by table, the ten largest: updates leave them, vacuum takes them away. A line that only "
    "rises is a vacuum that does not come, or cannot.",
    "short",
    series(
        f'topk(10, sum by ({DATABASE}, {TABLE}) (postgresql_rows{{state="dead"}}))',
        f"{{{{{DATABASE}}}}} {{{{{TABLE}}}}}",
    ),
)

SIZES = graph(
    "Size on disk",
    "How much room each database takes on the server.",
    "bytes",
    series(f"sum by ({DATABASE}) (postgresql_db_size_bytes)", f"{{{{{DATABASE}}}}}"),
)

INDEX_SCANS = promql.rate("postgresql_index_scans_total", DATABASE, TABLE, "postgresql_index_name", window=SLOW_WINDOW)

INDEXES = graph(
    "Use of indexes",
    "Scans of each index per second, the ten busiest. An index that nobody scans, beside a table that is read from "
    "end to end, is a question.",
    "cps",
    series(f"topk(10, {INDEX_SCANS})", "{{postgresql_index_name}}"),
)

POOLS = graph(
    "Connections that the services lend out",
    "The same connections, from the other side: lent out by each service's pool, and requests that wait for one.",
    "short",
    series(
        'sum by (service_name) (db_client_connection_count{db_client_connection_state="used"})',
        "{{service_name}}: lent out",
    ),
    series("sum by (service_name) (db_client_connection_pending_requests)", "{{service_name}}: waiting"),
)

WAITS = graph(
    "Waiting for a connection",
    "How long requests wait for a connection of their own service's pool (p95). The server does not see this: who "
    "waits has not reached it.",
    "s",
    series(
        promql.quantile(0.95, "db_client_connection_wait_time_seconds", "service_name"),
        "{{service_name}}",
        exemplars=True,
    ),
)

STATEMENTS = graph(
    "Statements, as the services see them",
    "Time of SQL statements by service (p95), from their spans: network and server together, without the wait for a "
    "connection.",
    "s",
    series(
        promql.quantile(
            0.95,
            "traces_span_metrics_duration_seconds",
            "service_name",
            where='span_kind="SPAN_KIND_CLIENT", span_name=~"(?i)(select|insert|update|delete)\\\\b.*"',
        ),
        "{{service_name}}",
        exemplars=True,
    ),
)


def postgresql() -> Dashboard:
    """Statements and connections from both sides; what the server does."""
    return page(
        "postgresql",
        "PostgreSQL",
        "The database server, as the services see it and as it sees itself. Its own view comes from a receiver that "
        "only the contrib distribution of the Collector has: elsewhere the second half is empty.",
        Section("As the services see it", [(STATEMENTS, POOLS, WAITS)]),
        Section("As it sees itself: work", [(BACKENDS, COMMITS, ROLLBACKS), (ROWS, CACHE)]),
        Section("As it sees itself: tables and indexes", [(DEAD_ROWS, SIZES, INDEXES)]),
    )
