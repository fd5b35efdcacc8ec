"""The environment: read once, checked, told by name."""

from pathlib import Path

import pytest

from api.http.app import create_app
from api.settings import Settings, read_settings
from graph.errors import BadParameter, FileMissing
from tests.api.support import Client
from tests.support.stores import new_store


def test_defaults_need_nothing() -> None:
    made = read_settings()
    assert (made.lang, made.host, made.read_seconds, made.max_limit) == ("zh", "127.0.0.1", 5.0, 1000)
    assert made.store is None
    assert made.rates() is None


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"STORE": "ladybug:///x", "PORT": "9000", "LANG": "en", "NEO4J_PASSWORD": "p@ss"}.items():
        monkeypatch.setenv(f"SHUNIU_{name}", value)
    made = read_settings()
    assert (made.store, made.port, made.lang) == ("ladybug:///x", 9000, "en")
    assert "p@ss" not in repr(made)
    assert "ladybug" not in repr(made)  # a URL may hold a password


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "x"), ("LANG", "fr"), ("MAX_LIMIT", "2000"), ("READ_SECONDS", "0")]
)
def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SHUNIU_{name}", value)
    with pytest.raises(BadParameter) as found:
        read_settings()
    assert f"SHUNIU_{name}" in found.value.say("zh")
    assert found.value.exit_code == 2


def test_demand_rates_of_a_file_hold(tmp_path: Path) -> None:
    file = tmp_path / "rates.yml"
    file.write_text("default: 0.5\nrates: {SC01: 1}\n", encoding="utf-8")
    with new_store(tmp_path / "s.lbug") as store:
        client = Client(create_app(Settings(demand_rates=file), store))
        rates = client.get("/v1/coverage?limit=1").json()["meta"]["parameters"]["rates"]
    assert (rates["SC01"], rates["SC02"]) == (1.0, 0.5)


def test_a_missing_rates_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        create_app(Settings(demand_rates=tmp_path / "none.yml"))
