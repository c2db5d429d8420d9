"""A backend as people type it, and as it is kept."""

import json
from pathlib import Path

import pytest

from kit.beside import STANDARD
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.launcher import kept_backend
from whodunit.launcher.inherited import backends, inherited
from whodunit.launcher.kept_backend import KeptBackend
from whodunit.vendor.naming import named

URL = "https://otlp.example.com/otlp"
SECRET = "Basic a=b, c%"


def asked(name: str) -> str:
    return f"typed for {name}"


def test_headers_may_hold_signs_and_are_asked_for_where_no_value_stands() -> None:
    found = named(f"{URL}/", [f"Authorization={SECRET}", "api-key"], asked)
    assert found == KeptBackend(URL, {"Authorization": SECRET, "api-key": "typed for api-key"})


@pytest.mark.parametrize(
    ("url", "headers", "said"),
    [
        ("otlp.example.com:4318", [], "is no address"),
        ("ftp://otlp.example.com", [], "is no address"),
        ("of", [], "is no address"),
        ("http://[::1", [], "is no address"),
        ("http://otlp.example.com:abc", [], "is no address"),
        ("http://otlp.example.com:99999", [], "is no address"),
        ("http://otlp..example.com", [], "is no address"),
        ("http://me:SECRET@[::1", [], "is no address"),
        ("https://me:key@otlp.example.com", [], "can hold no secret"),
        ("https://:SECRET@otlp.example.com", [], "can hold no secret"),
        ("https://otlp.example.com?key=1", [], "can hold no secret"),
        (f"{URL}/v1/traces", [], "is the address of one signal"),
        (URL, ["api-key: 1"], "A header has a name of letters"),
        (URL, ["api-key="], "has no value that can be sent"),
        (URL, ["api-key=a\r\nb"], "has no value that can be sent"),
    ],
)
def test_what_cannot_be_meant_is_refused_without_telling_a_secret(url: str, headers: list[str], said: str) -> None:
    with pytest.raises(WrongUseError, match=said) as refused:
        named(url, headers, asked)
    assert refused.value.hint
    assert "SECRET" not in f"{refused.value.message} {refused.value.hint}"


def test_it_is_kept_for_its_owner_alone_until_it_is_dropped(tmp_path: Path) -> None:
    home, backend = Home(tmp_path), KeptBackend(URL, {"api-key": SECRET}, ("traces",))
    assert kept_backend.read(home) is None
    kept_backend.keep(home, backend)
    assert home.vendor_file.stat().st_mode & 0o077 == 0
    assert kept_backend.read(home) == backend
    assert kept_backend.drop(home)
    assert not kept_backend.drop(home)


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": []},
        {"headers": None},
        {"headers": ["ab"]},
        {"headers": {"api-key": 1}},
        {"url": None},
        {"signals": ["profiles"]},
        {"signals": []},
        {"signals": None},
        {"signals": [["traces"]]},
    ],
    ids=str,
)
def test_a_damaged_file_is_said_before_anything_starts(tmp_path: Path, wrong: dict[str, object]) -> None:
    home = Home(tmp_path)
    home.vendor_file.write_text(json.dumps({"url": URL, "headers": {}, "signals": ["traces"]} | wrong), "utf-8")
    with pytest.raises(LabError, match="is damaged") as told:
        kept_backend.added({}, home)
    assert "whodunit vendor off" in told.value.hint


def test_the_shop_gets_it_beside_the_store_and_status_shows_no_secret(tmp_path: Path) -> None:
    kept_backend.keep(Home(tmp_path), KeptBackend(URL, {"api-key": SECRET}, ("traces", "logs")))
    shell = {"PATH": "/bin", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"}
    found = inherited(kept_backend.added(shell, Home(tmp_path)))
    assert found == {
        "PATH": "/bin",
        f"BESIDE_{STANDARD}TRACES_ENDPOINT": f"{URL}/v1/traces",
        f"BESIDE_{STANDARD}LOGS_ENDPOINT": f"{URL}/v1/logs",
        f"BESIDE_{STANDARD}HEADERS": "api-key=Basic%20a%3Db%2C%20c%25",
    }
    assert backends(found) == [f"{URL}/v1/logs", f"{URL}/v1/traces"]


def test_a_backend_that_the_shell_names_goes_first_and_gets_no_key_of_the_other(tmp_path: Path) -> None:
    kept_backend.keep(Home(tmp_path), KeptBackend(URL, {"api-key": SECRET}))
    shell = {f"{STANDARD}ENDPOINT": "http://mine.example"}
    assert kept_backend.added(shell, Home(tmp_path)) == shell
