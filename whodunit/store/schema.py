"""The tables, stated once: their creation, their insertion and their documentation are derived from here."""

from dataclasses import dataclass

from whodunit.store import increases

VERSION = 2  # raise it with every change below: a file of another version is set aside

MAP = "MAP(VARCHAR, VARCHAR)"


@dataclass(frozen=True)
class Column:
    """A column, filled by one parameter for each row.

    A map is given as a JSON object, a time as whole microseconds since 1970 in UTC.
    """

    name: str
    type: str

    @property
    def parameter(self) -> str:
        """Type of the parameter."""
        return {MAP: "VARCHAR", "TIMESTAMP": "BIGINT", "JSON": "VARCHAR"}.get(self.type, self.type)

    def value(self, parameter: str) -> str:
        """The SQL that makes the value of the parameter with this name."""
        if self.type == MAP:
            return f"cast({parameter}::JSON as {MAP})"
        return f"make_timestamp({parameter})" if self.type == "TIMESTAMP" else parameter


@dataclass(frozen=True)
class Table:
    """A table; `time` names the column with the age of a row.

    A row that agrees with another in all columns of `identity` is the same, offered again.
    """

    name: str
    time: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...] = ()

    @property
    def create(self) -> str:
        """The statement that creates the table."""
        return f"create table {self.name} ({', '.join(f'{c.name} {c.type}' for c in self.columns)})"

    @property
    def insert(self) -> str:
        """The statement that inserts many rows at once: one list for each column.

        Rows that the table has already are left out.
        """
        lists = {column: f"${number}::{column.parameter}[]" for number, column in enumerate(self.columns, 1)}
        parameters = ", ".join(f"unnest({each}) as {column.name}" for column, each in lists.items())
        values = ", ".join(f"{column.value(column.name)} as {column.name}" for column in self.columns)
        rows = f"select {values} from (select {parameters})"  # noqa: S608
        return f"insert into {self.name} select * from ({rows}) as row{self._unknown(lists)}"  # noqa: S608

    def _unknown(self, lists: dict[Column, str]) -> str:
        """The condition that a row is not there; it looks no further than the times of the new rows reach."""
        if not self.identity:
            return ""
        [times] = [each for column, each in lists.items() if column.name == self.time]
        near = f"{self.time} between make_timestamp(list_min({times})) and make_timestamp(list_max({times}))"
        return f" anti join (from {self.name} where {near}) using ({', '.join(self.identity)})"


def _table(name: str, time: str, columns: str, identity: tuple[str, ...] = ()) -> Table:
    pairs = [line.split(maxsplit=1) for line in columns.strip().splitlines()]
    return Table(name, time, tuple(Column(name, kind) for name, kind in pairs), identity)


SPANS = _table(
    "spans",
    "start_time",
    f"""
    trace_id         VARCHAR
    span_id          VARCHAR
    parent_span_id   VARCHAR
    service          VARCHAR
    name             VARCHAR
    kind             VARCHAR
    start_time       TIMESTAMP
    duration_s       DOUBLE
    status           VARCHAR
    status_message   VARCHAR
    attributes       {MAP}
    attribute_types  {MAP}
    events           JSON
    links            JSON
    scope            VARCHAR
    resource_id      BIGINT
    """,
    identity=("trace_id", "span_id", "start_time"),
)
LOGS = _table(
    "logs",
    "time",
    f"""
    time             TIMESTAMP
    service          VARCHAR
    severity         VARCHAR
    severity_number  INTEGER
    body             VARCHAR
    event_name       VARCHAR
    trace_id         VARCHAR
    span_id          VARCHAR
    attributes       {MAP}
    attribute_types  {MAP}
    scope            VARCHAR
    resource_id      BIGINT
    """,
)
METRICS = _table(
    "metrics",
    "time",
    f"""
    time             TIMESTAMP
    start_time       TIMESTAMP
    service          VARCHAR
    name             VARCHAR
    unit             VARCHAR
    type             VARCHAR
    temporality      VARCHAR
    monotonic        BOOLEAN
    attributes       {MAP}
    attribute_types  {MAP}
    value            DOUBLE
    count            BIGINT
    sum              DOUBLE
    min              DOUBLE
    max              DOUBLE
    bounds           DOUBLE[]
    bucket_counts    BIGINT[]
    exemplars        JSON
    scope            VARCHAR
    resource_id      BIGINT
    """,
)
RESOURCES = _table(
    "resources",
    "first_seen",
    f"""
    resource_id      BIGINT
    service          VARCHAR
    attributes       {MAP}
    attribute_types  {MAP}
    first_seen       TIMESTAMP
    """,
)
SIGNALS = (SPANS, LOGS, METRICS)
TABLES = (*SIGNALS, RESOURCES)

_POINTED_TO = " union ".join(f"select resource_id from {table.name}" for table in SIGNALS)  # noqa: S608
PRUNE_RESOURCES = f"delete from {RESOURCES.name} where resource_id not in ({_POINTED_TO})"  # noqa: S608
"""Deletes resources without rows."""

AHEAD_S = 10
"""Clocks of a machine's programs agree, those of a network's nearly: what lies further ahead is a mistake."""

COUNT_AHEAD = " + ".join(
    f"(select count(*) from {table.name} where {table.time} > now() + to_seconds({AHEAD_S}))"  # noqa: S608
    for table in SIGNALS
)


def creation() -> list[str]:
    """The statements that create tables and macros."""
    return [*(table.create for table in TABLES), *increases.MACROS]
