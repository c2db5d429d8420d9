"""`whodunit sql "select …"`."""

import sys
from typing import Annotated

import typer

from whodunit.errors import WrongUseError
from whodunit.reading import NotTextError, decoded
from whodunit.views.desk import desk
from whodunit.views.options import AsJson, AsQuery, StoreUrl
from whodunit.views.output import Style, emit
from whodunit.views.sql_table import sql_table

Statement = Annotated[str, typer.Argument(metavar="STATEMENT", help="A query; - reads it from standard input.")]


def sql(
    context: typer.Context,
    statement: Statement,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Query the store's tables: spans, logs, metrics and resources. Times are UTC.

    Example: whodunit sql "select service, count(*) from spans group by service"
    """
    query = _typed() if statement == "-" else statement
    with desk(context, store) as at:
        answer = at.store.sql(query)
        emit(
            Style(as_json, as_query),
            query,
            {"columns": answer.columns, "rows": answer.rows, "truncated": answer.truncated},
            lambda screen: sql_table(answer, screen.width),
        )


def _typed() -> str:
    try:
        return decoded(sys.stdin.buffer.read())
    except NotTextError as error:
        raise WrongUseError(f"Standard input: {error}.", "For example: whodunit sql - < query.sql") from error
