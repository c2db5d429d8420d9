"""A backup that leaves its connections open takes all that the role of order may have, and order starts without one."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from kit.release import REPLACED
from services.order.backup import SERVICE
from tests.stack.harness.process import Launch, Process
from tests.stack.postgresql import CHECKOUT, Cluster
from tests.stack.service_process import ServiceProcess
from whodunit.launcher.ports import Reservations

pytestmark = pytest.mark.stack("postgresql")

FIRST_PORT = 21_950
SOON_S = 30.0
REFUSED = 'too many connections for role \\"order\\"'
LIMIT = "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'order'"
IDLE = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'order' AND application_name = '%s' AND state = 'idle'"


def test_order_gets_no_connection_until_the_looks_close_theirs(postgresql: Cluster, tmp_path: Path) -> None:
    switch(tmp_path)
    with running(postgresql, tmp_path) as order:
        order.wait_for("/readyz", 200)
        switch(tmp_path, order_deployment="lookout")
        assert order.ended() == REPLACED
        _until(lambda: postgresql.sql(IDLE % SERVICE) == postgresql.sql(LIMIT))

        order.process.start()
        _until(lambda: REFUSED in order.log.read_text())
        order.wait_for("/readyz", 503)
        assert '"db.response.status_code": "53300"' in order.log.read_text()

        switch(tmp_path, order_deployment="lookout", order_backup_close_connections="on")
        order.wait_for("/readyz", 200)
        assert postgresql.sql(IDLE % SERVICE) == [["0"]]


def switch(folder: Path, **variants: str) -> None:
    """These flags as said, all others off."""
    document = json.loads((CHECKOUT / "flags" / "flags.flagd.json").read_text())
    for name, variant in variants.items():
        document["flags"][name.replace("_", "-")]["defaultVariant"] = variant
    fresh = folder / "flags.new"
    fresh.write_text(json.dumps(document))
    fresh.replace(folder / "flags.json")


@contextmanager
def running(server: Cluster, folder: Path) -> Iterator[ServiceProcess]:
    """Order, with its backup beside it; stopped at the end."""
    with Reservations() as reservations:
        database = {"DATABASE_URL": server.url("order"), "ORDER_VOLUME": str(folder / "volume")}
        order = ServiceProcess("order", reservations.take(FIRST_PORT), folder, **database)
        flags = {"FLAGD_RESOLVER": "file", "FLAGD_OFFLINE_FLAG_SOURCE_PATH": str(order.flags)}
        told = database | flags | {"OTEL_SDK_DISABLED": "true"}
        command = [sys.executable, "-m", "services.order.backup"]
        both = (order.process, Process(SERVICE, Launch(command, told, folder), folder / f"{SERVICE}.log"))
        for each in both:
            each.start()
        try:
            yield order
        finally:
            for each in both:
                each.stop()


def _until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + SOON_S
    while not condition():
        assert monotonic() < deadline
        sleep(0.1)
