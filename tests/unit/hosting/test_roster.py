"""Who has a shop on the server, and where."""

import socket

import pytest

from whodunit.errors import LabError, WrongUseError
from whodunit.hosting.handout import handout
from whodunit.hosting.roster import Place, Roster, grown, new

ADA = Place(name="student-01", port=18001, token="k7qf-m2xp-9abc")


@pytest.mark.process
def test_a_class_grows_and_who_was_there_keeps_all() -> None:
    two = grown(new(None, opened=True), 2, 20_000)
    three = grown(two, 3, 20_000)
    assert three.places[:2] == two.places
    assert [each.name for each in three.places] == ["student-01", "student-02", "student-03"]
    assert len({each.port for each in three.places}) == len({each.token for each in three.places}) == 3


@pytest.mark.process
def test_a_port_that_is_taken_is_nobodys() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (place,) = grown(new(None, opened=True), 1, port).places
    assert place.port > port


def test_shops_are_not_taken_away_one_by_one() -> None:
    with pytest.raises(WrongUseError, match="2 students have a shop here") as error:
        grown(Roster(host="127.0.0.1", opened=True, places=(ADA, ADA)), 1, 18001)
    assert error.value.hint == "Keep them: --students 2 · end all of them: whodunit class down"


@pytest.mark.process
def test_an_address_that_is_not_this_servers_is_said_to_be() -> None:
    with pytest.raises(LabError, match="No port is free from 65535 on"):
        grown(new("192.0.2.1", opened=True), 1, 65_535)


@pytest.mark.parametrize(
    ("host", "listen", "name", "address"),
    [
        (None, "127.0.0.1", "", "http://127.0.0.1:18001"),
        ("192.168.1.5", "192.168.1.5", "", "http://192.168.1.5:18001"),
        ("::1", "::1", "", "http://[::1]:18001"),
        ("class.example.com", "0.0.0.0", "class.example.com", "http://class.example.com:18001"),
        ("Class.Example.COM", "0.0.0.0", "class.example.com", "http://class.example.com:18001"),
    ],
)
def test_students_come_by_the_host_that_was_named(host: str | None, listen: str, name: str, address: str) -> None:
    roster = new(host, opened=True)
    way = roster.way(ADA)
    assert (way.listen, way.port, way.name, way.token) == (listen, ADA.port, name, ADA.token)
    assert roster.address(ADA) == address
    assert f"  address  {address}\n  token    {ADA.token}\n" in handout(roster.model_copy(update={"places": (ADA,)}))


@pytest.mark.parametrize("host", ["http://class.example.com", "two words", "class..example", "class.example:80"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(WrongUseError, match="is no host"):
        new(host, opened=True)
