"""SQL put together from fragments: values are parameters always, and the whole can be shown to a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from string import Formatter
from textwrap import dedent

from whodunit.telemetry.questions import RELEASE, Conditions, Names, Window


@dataclass(frozen=True)
class Sql:
    """A statement or a part of one; each `?` in `text` stands for one of `parameters`, in order."""

    text: str
    parameters: tuple[object, ...] = ()

    def __str__(self) -> str:
        """The statement with its values written out, ready to be run by hand."""
        first, *rest = self.text.split("?")
        pairs = zip(self.parameters, rest, strict=True)
        return first + "".join(_literal(value) + text for value, text in pairs)


def compose(template: str, **values: object) -> Sql:
    """Fill `{name}` in `template`: fragments of SQL as they are, everything else as a parameter."""
    texts: list[str] = []
    parameters: list[object] = []
    for text, name, _, _ in Formatter().parse(dedent(template).strip("\n")):
        texts.append(text)
        if name is not None:
            fragment = _fragment(values[name])
            texts.append(fragment.text)
            parameters.extend(fragment.parameters)
    return Sql("".join(texts), tuple(parameters))


def joined(separator: str, fragments: Iterable[Sql]) -> Sql:
    """Fragments one after another."""
    parts = list(fragments)
    return Sql(
        separator.join(part.text for part in parts),
        tuple(value for part in parts for value in part.parameters),
    )


def all_of(conditions: Iterable[Sql]) -> Sql:
    """Conditions that must all hold; none at all holds always."""
    together = joined("\n  AND ", conditions)
    return together if together.text else Sql("true")


def within(column: str, window: Window) -> Sql:
    """`column` lies in the half-open window."""
    return compose(f"{column} >= {{start}} AND {column} < {{end}}", start=window.start, end=window.end)


def increases(window: Window) -> Sql:
    """The table of metrics within the window, a counter's or histogram's points each as an increase."""
    return compose("increases({start}, {end}) AS metrics", start=window.start, end=window.end)


def step_of(window: Window, step_s: float) -> Sql:
    """The number of the step of time that `time` lies in, as a column of its own; the window's first is 0."""
    return compose("CAST(floor(epoch(time - {start}) / {step_s}) AS INTEGER)", start=window.start, step_s=step_s)


INSTANCE = "service.instance.id"


def matching(attributes: Conditions) -> list[Sql]:
    """One condition for each attribute; a release is told by the resource that a row comes from."""
    return [_matches(key, value) for key, value in attributes.items()]


def of_resource(key: str, table: str) -> Sql:
    """The attribute of the resource that a row of `table` comes from, as a column of its own."""
    own = compose("attributes[{key}]", key=key)
    return compose(f"(SELECT {{own}} FROM resources WHERE resources.resource_id = {table}.resource_id)", own=own)  # noqa: S608


def attribute(key: str) -> Sql:
    """The value of an attribute as a column of its own."""
    return of_resource(key, "metrics") if key == RELEASE else compose("attributes[{key}]", key=key)


def equals(values: Names) -> Sql:
    """The end of a condition: equal to the name, or to one of several."""
    if isinstance(values, str):
        return compose("= {value}", value=values)
    return compose("IN ({listed})", listed=joined(", ", (compose("{value}", value=value) for value in values)))


def _matches(key: str, values: Names) -> Sql:
    own = compose("attributes[{key}] {equals}", key=key, equals=equals(values))
    if key != RELEASE:
        return own
    return compose("resource_id IN (SELECT resource_id FROM resources WHERE {own})", own=own)


def _fragment(value: object) -> Sql:
    if isinstance(value, Sql):
        return value
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None)
        return Sql("CAST(? AS TIMESTAMP)", (moment.isoformat(sep=" ", timespec="microseconds"),))
    return Sql("?", (value,))


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
