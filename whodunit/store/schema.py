"""The tables, stated once: what creates them, what fills them and what documents them follow from here."""

from dataclasses import dataclass

VERSION = 1  # raise it with every change below: a file of another version is set aside

MAP = "MAP(VARCHAR, VARCHAR)"


@dataclass(frozen=True)
class Column:
    """A column and the parameters that fill it: a map takes two (keys, values), any other type one."""

    name: str
    type: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """Type of each parameter of one row; a time comes as whole microseconds since 1970 in UTC."""
        return {MAP: ("VARCHAR[]", "VARCHAR[]"), "TIMESTAMP": ("BIGINT",), "JSON": ("VARCHAR",)}.get(
            self.type, (self.type,)
        )

    def value(self, names: list[str]) -> str:
        """The SQL that makes the value from the parameters called `names`."""
        if self.type == MAP:
            return f"map({names[0]}, {names[1]})"
        return f"make_timestamp({names[0]})" if self.type == "TIMESTAMP" else names[0]


@dataclass(frozen=True)
class Table:
    """A table; `time` names the column that says how old a row is."""

    name: str
    time: str
    columns: tuple[Column, ...]

    @property
    def create(self) -> str:
        """The statement that creates the table."""
        return f"create table {self.name} ({', '.join(f'{c.name} {c.type}' for c in self.columns)})"

    @property
    def insert(self) -> str:
        """The statement that inserts many rows at once: one list per parameter, in the order of the columns."""
        values: list[str] = []
        parameters: list[str] = []
        for column in self.columns:
            names = [f"p{len(parameters) + i}" for i, _ in enumerate(column.parameters)]
            values.append(column.value(names))
            parameters += [f"unnest(?::{t}[]) as {n}" for t, n in zip(column.parameters, names, strict=True)]
        return f"insert into {self.name} select {', '.join(values)} from (select {', '.join(parameters)})"  # noqa: S608


def _table(name: str, time: str, columns: str) -> Table:
    pairs = [line.split(maxsplit=1) for line in columns.strip().splitlines()]
    return Table(name, time, tuple(Column(name, kind) for name, kind in pairs))


SPANS = _table(
    "spans",
    "start_time",
    f"""
    trace_id        VARCHAR
    span_id         VARCHAR
    parent_span_id  VARCHAR
    service         VARCHAR
    name            VARCHAR
    kind            VARCHAR
    start_time      TIMESTAMP
    duration_s      DOUBLE
    status          VARCHAR
    status_message  VARCHAR
    attributes      {MAP}
    events          JSON
    scope           VARCHAR
    resource_id     BIGINT
    """,
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
    scope            VARCHAR
    resource_id      BIGINT
    """,
)
METRICS = _table(
    "metrics",
    "time",
    f"""
    time           TIMESTAMP
    start_time     TIMESTAMP
    service        VARCHAR
    name           VARCHAR
    unit           VARCHAR
    type           VARCHAR
    temporality    VARCHAR
    monotonic      BOOLEAN
    attributes     {MAP}
    value          DOUBLE
    count          BIGINT
    sum            DOUBLE
    min            DOUBLE
    max            DOUBLE
    bounds         DOUBLE[]
    bucket_counts  BIGINT[]
    exemplars      JSON
    scope          VARCHAR
    resource_id    BIGINT
    """,
)
RESOURCES = _table(
    "resources",
    "first_seen",
    f"""
    resource_id  BIGINT
    service      VARCHAR
    attributes   {MAP}
    first_seen   TIMESTAMP
    """,
)
SIGNALS = (SPANS, LOGS, METRICS)
TABLES = (*SIGNALS, RESOURCES)
