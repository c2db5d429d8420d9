"""PostgreSQL as the shop uses it: how long anything may take, what a reader sees, and what becomes of a lost server.

The server may be restarted at any time. A request that was talking to it is answered with 503; the connections that
were idle are found closed when they are next taken from the pool, and replaced, before anybody is given one. That
costs no round trip, as SQLAlchemy's `pool_pre_ping` would (three of them with asyncpg): the driver has noticed the
end of the connection by itself. A server that is silent rather than gone is given up after `SILENT_FOR_S`.
"""

import logging
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError

from kit.errors import DatabaseUnavailable

logger = logging.getLogger("shop.db")

CONNECT_WITHIN_S = 3.0
STATEMENT_WITHIN_S = 5.0
SILENT_FOR_S = STATEMENT_WITHIN_S + 2.0
IDLE_WITHIN_S = 60.0
"""A transaction that asks nothing for longer belongs to somebody who is gone; a gateway is never waited for so long."""

READS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Execution options of an engine whose transactions read: each sees one moment, and changes nothing."""

_PASSING = ("08", "40", "53", "55P03", "57", "58")
"""Beginnings of SQLSTATEs: connection lost, deadlock, no resources, lock wait, statement time-out or shutdown, disk."""


def connect_args(application: str, *, patient: bool) -> dict[str, Any]:
    """Arguments of a new connection; `patient` statements may take as long as they like."""
    settings = {"application_name": application, "idle_in_transaction_session_timeout": _ms(IDLE_WITHIN_S)}
    if patient:
        return {"timeout": CONNECT_WITHIN_S, "server_settings": settings}
    settings["statement_timeout"] = _ms(STATEMENT_WITHIN_S)
    return {"timeout": CONNECT_WITHIN_S, "command_timeout": SILENT_FOR_S, "server_settings": settings}


def prepare(engine: Engine) -> None:
    """Replace closed connections as they are taken from the pool, and name the server's failures."""
    event.listen(engine, "checkout", _refuse_closed)
    event.listen(engine, "handle_error", _name_failure)


def unavailable(error: BaseException) -> DatabaseUnavailable | None:
    """The answer to a request when `error` is the server's trouble; None when it is the statement's fault."""
    sqlstate = str(getattr(error, "sqlstate", None) or "")
    if not (isinstance(error, OSError) or sqlstate.startswith(_PASSING)):
        return None
    return _told(error, sqlstate)


def _told(error: BaseException, sqlstate: str) -> DatabaseUnavailable:
    cause = error.__cause__ or error
    extra = {"error.type": type(cause).__name__, "exception.message": str(cause)}
    if sqlstate:
        extra["db.response.status_code"] = sqlstate
    logger.error("The database cannot be used now.", extra=extra)
    return DatabaseUnavailable("The database cannot be used now.")


def _refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _name_failure(context: ExceptionContext) -> DatabaseUnavailable | None:
    error = context.original_exception
    if isinstance(error, TimeoutError):  # the driver's: nothing came back, and what comes later would be misread
        context.is_disconnect, context.invalidate_pool_on_disconnect = True, False
    if context.is_disconnect and isinstance(error, Exception):
        return _told(error, str(getattr(error, "sqlstate", None) or ""))
    return unavailable(error)


def _ms(seconds: float) -> str:
    return str(round(seconds * 1000))
