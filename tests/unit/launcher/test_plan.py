"""Ports, and what each program is told by its environment."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from whodunit.home import Home
from whodunit.launcher import plan, replacement
from whodunit.launcher.ports import Reservations
from whodunit.launcher.program import Program
from whodunit.topology import BY_NAME, LAB_PORT, SERVICES, STORE_PORT, WITH_NODES

pytestmark = pytest.mark.process

NAMES = "127.0.0.1:5353"


@pytest.fixture
def reservations() -> Iterator[Reservations]:
    with Reservations() as reservations:
        yield reservations


@pytest.fixture
def shop(tmp_path: Path, reservations: Reservations) -> plan.Plan:
    return plan.make(Home(tmp_path), "http://127.0.0.1:8070", "let-me-in", NAMES, reservations, {})


def environment(shop: plan.Plan, name: str) -> dict[str, str]:
    return dict(next(program for program in shop.programs() if program.name == name).env)


def test_ten_services_with_names_and_ports_of_their_own() -> None:
    assert len(SERVICES) == len(BY_NAME) == 10
    assert len({LAB_PORT, STORE_PORT, *(service.port for service in SERVICES)}) == 12
    assert {peer for service in WITH_NODES.values() for peer in service.peers + service.at_times} <= WITH_NODES.keys()


def test_the_store_comes_first_and_the_frontend_last(shop: plan.Plan) -> None:
    stages = {program.name: program.stage for program in shop.programs()}
    assert stages.pop("store") < min(stages.values())
    assert stages.pop("frontend") > max(stages.values())
    assert len(stages) == 9


def test_a_service_is_told_where_its_peers_are_and_no_others(shop: plan.Plan) -> None:
    env = environment(shop, "order")
    urls = {name: url for name, url in env.items() if name.endswith("_URL")}
    assert urls == {
        "PAYMENT_URL": shop.url("payment"),
        "INVENTORY_URL": shop.url("inventory"),
        "LAB_URL": "http://127.0.0.1:8070",
        "ORDER_BACKUP_URL": "http://127.0.0.1:8070/reports/jobs/order-backup",
        "DATABASE_URL": "sqlite+aiosqlite:///order.db",
    }
    assert environment(shop, "frontend")["PRODUCT_CATALOG_URL"] == shop.url("product-catalog")


def test_who_asks_for_names_is_told_where(shop: plan.Plan) -> None:
    assert [each.name for each in shop.programs() if each.env.get("NAME_SERVER") == NAMES] == ["user"]


def test_the_external_peer_exports_nothing(shop: plan.Plan) -> None:
    env = environment(shop, "gateway")
    assert env["OTEL_SDK_DISABLED"] == "true"
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" not in env


def test_every_other_service_exports_to_the_store_and_one_to_a_receiver_of_its_own(shop: plan.Plan) -> None:
    endpoints = {each.name: environment(shop, each.name).get("OTEL_EXPORTER_OTLP_ENDPOINT") for each in SERVICES}
    apart = endpoints.pop("token")
    assert set(endpoints.values()) == {shop.url("store"), None}
    store = next(each for each in shop.programs() if each.name == "store")
    assert apart == f"http://127.0.0.1:{store.env['TEAM_PORT']}" != shop.url("store")


def test_a_folder_takes_the_place_of_a_service_with_a_database_of_its_own(
    tmp_path: Path, reservations: Reservations
) -> None:
    mine = tmp_path / "mine"
    shop = plan.make(Home(tmp_path), "http://127.0.0.1:8070", "", NAMES, reservations, {"inventory": mine})
    by_name = {program.name: program for program in shop.programs()}
    assert [name for name, program in by_name.items() if program.folder == mine] == ["inventory"]
    replaced = by_name["inventory"]
    assert (replaced.target, replaced.url) == (replacement.TARGET, by_name["order"].env["INVENTORY_URL"])
    assert replaced.env["DATABASE_URL"] == f"sqlite+aiosqlite:///{tmp_path / 'data' / 'inventory-replaced.db'}"
    assert replaced.env["OTEL_SERVICE_NAME"] == "inventory"
    assert replaced.env.items() >= replacement.TELEMETRY.items()
    assert "inventory" not in json.loads(shop.preparations()[0].env["DATABASES"])


def test_databases_that_are_missing_are_made_first_where_their_services_look_for_them(shop: plan.Plan) -> None:
    (made,) = shop.preparations()
    databases = json.loads(made.env["DATABASES"])
    services = {each.name: each.env["DATABASE_URL"] for each in shop.programs() if "DATABASE_URL" in each.env}
    assert (databases, {made.folder}) == (services, {each.folder for each in shop.programs()})
    shop.home.data_dir.mkdir(parents=True)
    for name in services:
        (shop.home.data_dir / f"{name}.db").touch()
    assert shop.preparations() == []


def test_a_job_is_told_what_its_owner_is_told_and_its_own_name(shop: plan.Plan) -> None:
    job, owner = dict(shop.jobs()["order-backup"].env), environment(shop, "order")
    assert (job.pop("OTEL_SERVICE_NAME"), owner.pop("OTEL_SERVICE_NAME")) == ("order-backup", "order")
    assert job == owner
    assert owner["ORDER_VOLUME"] == "order-volume"


def test_a_node_has_a_name_a_port_and_a_database_of_its_own(shop: plan.Plan) -> None:
    nodes = {program.name: program for program in shop.nodes()}
    assert len(nodes) == len({program.port for program in nodes.values()}) == 5
    assert {program.target for program in nodes.values()} == {"services.history.main:main"}
    env = nodes["history-eu-2"].env
    assert (env["NODE"], env["OTEL_SERVICE_NAME"], env["DATABASE_URL"]) == (
        "eu-2",
        "history-eu-2",
        "sqlite+aiosqlite:///history-eu-2.db",
    )
    assert environment(shop, "frontend")["HISTORY_EU_2_URL"] == shop.url("history-eu-2")


def test_only_the_frontend_has_the_session_secret(shop: plan.Plan) -> None:
    assert [each.name for each in shop.programs() if "SESSION_SECRET" in each.env] == ["frontend"]


def test_a_program_survives_the_pipe(shop: plan.Plan) -> None:
    for program in shop.programs():
        assert Program.from_json(program.to_json()) == program


def test_a_port_that_somebody_listens_on_is_passed_over(reservations: Reservations) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        assert reservations.take(taken, taken={taken + 1}) > taken + 1


def test_a_free_usual_port_is_used_although_it_is_reserved(reservations: Reservations) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        usual = listener.getsockname()[1]
    assert reservations.take(usual, taken={usual}) == usual


def test_two_labs_never_choose_the_same_port(tmp_path: Path, shop: plan.Plan) -> None:
    with Reservations() as reservations:
        other = plan.make(Home(tmp_path), "http://127.0.0.1:8070", "let-me-in", NAMES, reservations, {})
    assert set(other.ports.values()).isdisjoint(shop.ports.values())
