"""What a person does with `docker compose`, done: start, buy, look inside, restart, stop, start again, throw away."""

from collections.abc import Callable
from time import monotonic, sleep

import httpx
import pytest

from tests.compose.project import GRAFANA, LOKI, Project
from whodunit.errors import LabError
from whodunit.load import trial_order

pytestmark = pytest.mark.compose

RECOVERS_WITHIN_S = 60.0
ORDERS = "select count(*) from orders where status = 'completed'"


def until(works: Callable[[], bool], what: str) -> None:
    give_up_at = monotonic() + RECOVERS_WITHIN_S
    while not works():
        assert monotonic() < give_up_at, f"{what}: not within {RECOVERS_WITHIN_S:g} s"
        sleep(0.5)


def can_buy(project: Project) -> bool:
    try:
        trial_order.place(project.entry_url)
    except LabError:
        return False
    return True


def completed_orders(project: Project) -> int:
    return int(project.inside("postgres", "psql", "-U", "postgres", "-d", "order", "-Atc", ORDERS))


def test_an_order_goes_through_the_entry(project: Project) -> None:
    assert trial_order.place(project.entry_url).seconds < 5


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/lab/readyz",
        "/load/",
        "/jaeger/",
        "/prometheus/api/v1/rules",
        "/prometheus/-/ready",
    ],
)
def test_everything_is_behind_one_address(project: Project, page: str) -> None:
    assert httpx.get(project.entry_url + page, follow_redirects=True, timeout=10, trust_env=False).status_code == 200


def test_the_log_store_is_behind_it_too(project: Project) -> None:
    page = "/loki/api/v1/labels" if LOKI in project.containers() else "/store/stats"
    assert httpx.get(project.entry_url + page, timeout=10, trust_env=False).status_code == 200


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("POST", "/loki/api/v1/push"),
        ("POST", "/store/v1/logs"),
        ("POST", "/prometheus/api/v1/otlp/v1/metrics"),
        ("POST", "/lab/reports"),
        ("DELETE", "/load/load"),
    ],
)
def test_nobody_writes_to_the_telemetry_from_outside(project: Project, method: str, page: str) -> None:
    assert httpx.request(method, project.entry_url + page, timeout=10, trust_env=False).status_code == 403


def test_nothing_runs_as_root_or_without_limits(project: Project) -> None:
    for name, found in project.containers().items():
        assert project.users(name).isdisjoint({"0"}), name
        assert found["HostConfig"]["Memory"] > 0, name
        assert not found["HostConfig"]["Privileged"], name
        assert found["State"]["Running"], name
        assert not found["RestartCount"], name


def test_no_container_compiles_the_standard_library_at_its_start(project: Project) -> None:
    shown = project.inside("order", "python", "-c", "import asyncio, os; print(os.path.exists(asyncio.__cached__))")
    assert shown.strip() == "True"


def test_a_grafana_that_is_gone_is_waited_for(project: Project) -> None:
    if GRAFANA not in project.containers():
        pytest.skip("Grafana could not be had")
    project.compose("stop", "--timeout", "1", GRAFANA)
    assert project.state_of(GRAFANA) == "not ready"
    project.compose("start", GRAFANA)
    until(lambda: project.state_of(GRAFANA) == "ready", "Grafana is back")


def test_the_terminal_shows_one_box(project: Project) -> None:
    said = project.compose("logs", "--no-log-prefix", "lab")
    assert "ready, waiting for" in said
    assert "completed in" in said
    assert "{" not in said


def test_a_restarted_service_is_used_again(project: Project) -> None:
    project.compose("restart", "payment")
    until(lambda: can_buy(project), "an order after payment's restart")


def test_a_restarted_database_is_used_again_and_the_books_agree(project: Project) -> None:
    project.compose("restart", "postgres")
    until(lambda: can_buy(project), "an order after the database's restart")
    project.inside("lab", "whodunit", "audit")


def test_a_scenario_is_verified_inside(project: Project) -> None:
    assert "checkout-hangs" in project.inside("lab", "whodunit", "scenario", "verify", "checkout-hangs")


def test_orders_survive_down_and_up_and_nothing_survives_without_volumes(project: Project) -> None:
    before = completed_orders(project)
    project.down()
    project.up()
    assert completed_orders(project) >= before > 0
    assert project.volumes()
    project.down("--volumes")
    assert project.volumes() == []


def test_an_open_door_without_a_lock_is_refused(project: Project) -> None:
    opened = ["-e", "WHODUNIT_BIND=0.0.0.0", "-e", "WHODUNIT_TOKEN=", "-e", "GRAFANA_ADMIN_PASSWORD="]
    command = ["run", "--rm", "-T", "--no-deps", *opened, "lab"]
    with pytest.raises(AssertionError, match="WHODUNIT_TOKEN"):
        project.compose(*command)
