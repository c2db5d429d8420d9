"""A wrong setting ends the program with a sentence."""

import pytest

from kit.settings import WRONG_USE, BaseUrl, ServiceSettings, load
from whodunit.store.settings import load as load_store


class Settings(ServiceSettings):
    payment_url: BaseUrl = "http://127.0.0.1:8082"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("PAYMENT_URL", "http://payment:8082/")
    settings = load(Settings)
    assert (settings.port, settings.payment_url) == (9000, "http://payment:8082")


@pytest.mark.parametrize(("written", "level"), [("debug", "DEBUG"), ("Warn", "WARN"), (" INFO ", "INFO")])
def test_a_log_level_may_be_written_as_people_do(written: str, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", written)
    assert load(Settings).log_level == level
    assert load_store().log_level == level


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "70000"), ("PORT", "http"), ("PAYMENT_URL", "payment"), ("LOG_LEVEL", "loud")]
)
def test_a_wrong_value_is_named_and_not_repeated(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load(Settings)
    assert ended.value.code == WRONG_USE
    told = capsys.readouterr().err
    assert name in told
