"""Keys of the API at the terminal: made, shown once, listed, revoked, whoever has the store open."""

import json
from pathlib import Path

import pytest

from api.security.keys import KeyRing
from api.security.roles import Role
from graph.clock import minute
from graph.stores.opening import open_store
from loaders.keep.audit import AuditLog
from tests.support.terminal import shuniu


def words_of(*command: str) -> str:
    """Return what a command shows, without what lays it out."""
    return " ".join(shuniu(*command).out.split())


def test_a_key_is_made_listed_and_revoked_while_the_store_is_open(tmp_path: Path) -> None:
    url = f"ladybug://{tmp_path / 's.lbug'}"
    with open_store(url) as store:
        made = shuniu(
            "keys", "create", "泸州窗口", "--role", "editor", "--region", "泸州", "--days", "30", "--store", url
        )
        words = made.out.strip()
        owner = KeyRing(store.home).owner(words)
        assert owner is not None
        assert (made.code, owner.name, owner.role, owner.region) == (0, "泸州窗口", Role.EDITOR, "510500")
        assert (owner.expires - owner.created).days == 30
        assert owner.id in made.err
        (listed,) = json.loads(shuniu("keys", "list", "--format", "json", "--store", url).out)["data"]
        assert (listed["id"], listed["state"], listed["region"]) == (owner.id, "valid", "510500")
        assert set(listed) == {"id", "name", "role", "region", "created", "expires", "state"}
        heads = "Keys of the API Id Name Role Region Made (Beijing) Valid until (Beijing) State"
        until = minute(owner.expires)
        line = f"{owner.id} 泸州窗口 window editor (own region) Luzhou {minute(owner.created)} {until} valid"
        assert words_of("keys", "list", "--lang", "en", "--store", url) == f"{heads} {line}"
        assert f"有效至 {until[:10]}。" in made.err, "the day in Beijing, too"
        assert shuniu("keys", "revoke", owner.id, "--store", url).code == 0
        assert KeyRing(store.home).owner(words) is None
        assert shuniu("keys", "revoke", "00000000", "--store", url).code == 1
        told = json.loads(shuniu("audit", "list", "--format", "json", "--store", url).out)["data"]
        assert [(row["what"], row["about"]) for row in told] == [
            ("keys revoke", owner.id), ("keys create", f"{owner.id} editor 510500")
        ]  # fmt: skip
        heads = "Audit log Row Time (Beijing) Who Role What Status Request Asked About"
        line = f"2 {minute(told[0]['at'])} {told[0]['who']} operator keys revoke 0 – {owner.id}"
        assert words_of("audit", "list", "--limit", "1", "--lang", "en", "--store", url) == f"{heads} {line}"
        for command in ("keys", "audit"):
            assert shuniu(command, "list", "-o", tmp_path / f"{command}.json", "--store", url).out == ""
            assert json.loads((tmp_path / f"{command}.json").read_text())["data"]
            assert shuniu(command, "list", "--format", "xlsx", "--store", url).code == 2
        whole = shuniu("audit", "verify", "--store", url)
        assert (whole.code, told[0]["hash"] in whole.out) == (0, True)
        assert shuniu("audit", "verify", "--hash", told[1]["hash"], "--store", url).code == 0
        assert shuniu("audit", "verify", "--hash", "0" * 64, "--store", url).code == 1
        log = AuditLog(store.home).file
        log.write_text(log.read_text().replace("editor 510500", "editor 510100"))
        broken = shuniu("audit", "verify", "--store", url)
        assert (broken.code, broken.out, "1" in broken.err) == (1, "", True)
    assert "the audit log does not fit in 1 place, first in row" in shuniu("doctor", "--lang", "en", "--store", url).out
    ring = tmp_path / "s.lbug.d" / "access" / "keys.json"
    ring.write_bytes(ring.read_bytes()[:100])
    assert shuniu("keys", "list", "--store", url).code == 3
    found = json.loads(shuniu("doctor", "--lang", "en", "--format", "json", "--store", url).out)["data"]
    then = "then give out others by `shuniu keys create`; those of before end."
    assert [(f["what"], f["way_out"]) for f in found if "keys" in f["what"]] == [
        (
            f"A file beside the store is damaged: {ring} (it is not whole)",
            f"Nobody is let in now. Move {ring} away, {then}",
        )
    ]


@pytest.mark.parametrize(
    "options", [["--role", "editor"], ["--role", "analyst", "--region", "泸州"], ["--role", "king"]]
)
def test_who_has_a_region(tmp_path: Path, options: list[str]) -> None:
    said = shuniu("keys", "create", "a", *options, "--store", f"ladybug://{tmp_path / 's.lbug'}")
    assert (said.code, said.out) == (2, "")
