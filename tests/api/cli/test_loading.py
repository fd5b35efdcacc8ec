"""Loading as people do it: dry runs, full deliveries, decisions, history, backup, repair."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from graph.stores.opening import open_store
from loaders.identify.known import namesake
from tests.support.export import digest
from tests.support.stores import new_store
from tests.support.terminal import Said, shuniu

HEAD = "名称,类型,所在地区,联系人,联系电话\n"
TWO = HEAD + "示例-甲,服务机构,绵阳市涪城区,张三,13812341234\n示例-乙,商会,绵阳市游仙区,李四,0816-6351872\n"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the reference data alone."""
    file = tmp_path_factory.mktemp("pristine") / "graph.lbug"
    new_store(file).close()
    return file


@pytest.fixture
def graph(pristine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of such a store, of the test's own, set as users set theirs."""
    home = tmp_path / "store"
    shutil.copytree(pristine.parent, home)
    url = f"ladybug://{home / pristine.name}"
    monkeypatch.setenv("SHUNIU_STORE", url)
    return url


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of two organisations."""
    path = tmp_path / "机构.csv"
    path.write_text(TWO, encoding="utf-8")
    return path


def good(said: Said) -> str:
    assert said.code == 0, said.err
    return said.out


def told(said: Said) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(said.out)
    return answer


def contents(url: str) -> str:
    with open_store(url, read_only=True) as store:
        return digest(store)


@pytest.mark.usefixtures("graph")
def test_a_dry_run_tells_each_field_that_would_change(table: Path) -> None:
    good(shuniu("load", table))
    table.write_text(TWO.replace("商会", "行业协会"), encoding="utf-8")
    out = good(shuniu("load", table, "--dry-run"))
    assert "试载" in out
    assert "商会" in out and "行业协会" in out
    (change,) = told(shuniu("load", table, "--dry-run", "--format", "json"))["changes"]
    assert (change["name"], change["field"], change["old"], change["new"]) == (
        "示例-乙", "kind", "chamber", "industry_association",
    )  # fmt: skip
    assert "conflicts" not in told(shuniu("load", table, "--dry-run", "--format", "json"))
    (conflict,) = told(shuniu("load", table, "--source", "省商会", "--format", "json"))["conflicts"]
    assert (conflict["old_source"], conflict["new_source"]) == ("用户提交", "省商会")


def test_a_less_official_source_is_kept_and_listed(table: Path) -> None:
    note = table.with_name("source.yml")
    note.write_text("source: 省经信厅\nverification: seen_on_official_or_press_page\n", encoding="utf-8")
    good(shuniu("load", table))
    table.write_text(TWO.replace("商会", "行业协会"), encoding="utf-8")
    note.write_text("source: 某网站\nverification: secondary\n", encoding="utf-8")
    said = told(shuniu("load", table, "--prefer", "official", "--format", "json"))
    assert "changes" not in said
    (conflict,) = said["conflicts"]
    assert (conflict["old"], conflict["old_source"]) == ("industry_association", "某网站")
    assert (conflict["new"], conflict["new_source"]) == ("chamber", "省经信厅")
    history = told(shuniu("trace", "示例-乙", "--format", "json"))["data"]
    assert not any(step["changes"] for step in history if step["source"] == "某网站")


@pytest.mark.usefixtures("graph")
def test_two_sources_of_one_load_are_compared(tmp_path: Path) -> None:
    for source, kind in (("甲局", "商会"), ("乙局", "行业协会")):
        folder = tmp_path / "both" / source
        folder.mkdir(parents=True)
        (folder / "机构.csv").write_text(HEAD + f"示例-丙,{kind},绵阳市涪城区,,\n", encoding="utf-8")
        (folder / "source.yml").write_text(f"source: {source}\n", encoding="utf-8")
    (conflict,) = told(shuniu("load", tmp_path / "both", "--format", "json"))["conflicts"]
    assert {conflict["old_source"], conflict["new_source"]} == {"甲局", "乙局"}


@pytest.mark.usefixtures("graph")
def test_a_full_delivery_retires_what_it_lacks(table: Path) -> None:
    table.write_text(TWO + "示例-丁,商会,绵阳市游仙区,,\n", encoding="utf-8")
    good(shuniu("load", table))
    table.write_text(HEAD + "示例-甲,服务机构,绵阳市涪城区,,\n", encoding="utf-8")
    full = ("load", table, "--replace", "机构", "--for", "绵阳市")
    said = shuniu(*full)
    assert said.code == 1
    assert "--shrink" in said.err
    out = good(shuniu(*full, "--shrink"))
    assert "停用" in out and "示例-乙" in out
    assert "停用" in good(shuniu("trace", key_of("示例-乙")))


def key_of(name: str) -> str:
    return namesake("Organization", name, "510704")


@pytest.mark.usefixtures("graph")
def test_loads_and_trace_lead_to_file_and_row(table: Path) -> None:
    good(shuniu("load", table))
    good(shuniu("load", table, "--source", "另一家"))
    loads = told(shuniu("loads", "--format", "json"))["data"]
    assert [(e["load"], e["kind"], e["state"]) for e in loads] == [
        ("load-000003", "load", "done"), ("load-000002", "load", "done"), ("load-000001", "reference", "done"),
    ]  # fmt: skip
    out = good(shuniu("loads"))
    assert "机构.csv" in out and "内置数据" in out
    traced = told(shuniu("trace", key_of("示例-乙"), "--format", "json"))["data"]
    assert [(s["load"], s["file"], s["row"], s["source"]) for s in traced if s["what"] == "Organization"] == [
        ("load-000002", "机构.csv", 3, "用户提交"), ("load-000003", "机构.csv", 3, "另一家"),
    ]  # fmt: skip
    assert "机构.csv 第 3 行" in good(shuniu("trace", key_of("示例-乙")))
    assert shuniu("trace", "nothing").code == 1


@pytest.mark.usefixtures("graph")
def test_a_service_record_is_traced_in_the_words_of_its_table(table: Path, tmp_path: Path) -> None:
    records = tmp_path / "服务台账.csv"
    records.write_text(
        "编号,日期,服务类型,提供机构,服务地区,产业链,方式\nR-1,2026-05-18,技术支持,示例-甲,绵阳市涪城区,智能装备,线下\n",
        encoding="utf-8",
    )
    good(shuniu("load", table, records))
    said = " ".join(good(shuniu("trace", "R-1")).split())
    for words in ("服务台账", "日期: 2026-05-18", "服务类型: 技术支持", "产业链: 智能装备", "方式: 线下"):
        assert words in said
    assert "site_label" not in said and "provider_key" not in said


@pytest.mark.usefixtures("graph")
def test_a_doubtful_pair_is_listed_and_decided(tmp_path: Path) -> None:
    for folder, line in (("1", "绵阳科技城技转中心,服务机构,绵阳市"), ("2", "绵阳科技城技术转移中心,,绵阳市涪城区")):
        path = tmp_path / folder / "机构.csv"
        path.parent.mkdir()
        path.write_text(f"名称,类型,所在地区\n{line}\n", encoding="utf-8")
        good(shuniu("load", path))
    (pair,) = told(shuniu("review", "--format", "json"))["data"]
    assert {pair["a"].partition("，")[0], pair["b"].partition("，")[0]} == {
        "绵阳科技城技转中心", "绵阳科技城技术转移中心",
    }  # fmt: skip
    assert pair["evidence"] == "其中一个像是另一个的简称，都在绵阳市；两家都没有信用代码。"
    said = good(shuniu("review"))
    assert said.startswith("疑似重复（1 对待判定，分 1 组；0 对已判定）\n\n1 其中一个像是另一个的简称，在同一市州")
    assert "名下没有资源和服务" in said
    keys = pair["a_key"], pair["b_key"]
    assert "已合并" in good(shuniu("review", "same", *keys))
    assert told(shuniu("review", "--format", "json"))["total"] == 0
    assert "已撤销" in good(shuniu("review", "undo", *keys))
    assert told(shuniu("review", "--format", "json"))["total"] == 1


# --- people -------------------------------------------------------------------------------------------


def test_contacts_are_sealed_masked_and_erased(graph: str, table: Path, tmp_path: Path) -> None:
    table.write_text(TWO + "示例-丙,服务机构,火星,王五,13912345678\n", encoding="utf-8")
    said = shuniu("load", table)
    assert said.code == 1
    everything = said.out + said.err + good(shuniu("trace", key_of("示例-乙"))) + good(shuniu("loads"))
    for file in (tmp_path / "store").rglob("*"):
        everything += file.read_bytes().decode("latin-1") if file.is_file() else ""
    assert not {n for n in ("13812341234", "6351872", "13912345678") if n in everything}
    assert "13812341234" in good(shuniu("contacts", namesake("Organization", "示例-甲", "510703")))
    assert "13812341234" in good(shuniu("contacts", "示例－甲", "Organization:" + key_of("示例-乙")))
    assert (
        good(shuniu("contacts", namesake("Organization", "示例-甲", "510703"), "--forget")) == "已删除 1 条联系方式\n"
    )
    assert shuniu("contacts", namesake("Organization", "示例-甲", "510703")).code == 1
    assert graph


def test_the_contacts_of_namesakes_are_not_erased_by_their_name(graph: str, table: Path) -> None:
    table.write_text("名称,所在地区,联系人\n示例-甲,绵阳市,张三\n示例-甲,德阳市,李四\n", encoding="utf-8")
    good(shuniu("load", table))
    keys = sorted(namesake("Organization", "示例-甲", region) for region in ("510700", "510600"))
    said = shuniu("contacts", "示例-甲", "--forget")
    assert (said.code, said.err.splitlines()[0]) == (
        2, f"✗ “示例-甲”有多种可能：Organization:{keys[0]}、Organization:{keys[1]}"
    )  # fmt: skip
    assert [who in good(shuniu("contacts", "示例-甲")) for who in ("张三", "李四")] == [True, True]
    assert graph


# --- keeping ------------------------------------------------------------------------------------------


def test_a_backup_brings_everything_back(graph: str, table: Path, tmp_path: Path) -> None:
    good(shuniu("load", table))
    before = contents(graph)
    assert "密钥" in shuniu("backup", tmp_path / "b.zip").err
    other = f"ladybug://{tmp_path / 'other.lbug'}"
    key = tmp_path / "other.lbug.d" / "key"
    for options, said in (
        (["--store", other], f"放到 {key}，"),
        (["--store", other, "--replace", "--lang", "en"], f"at {key},"),
    ):
        restored = shuniu("restore", tmp_path / "b.zip", *options)
        assert restored.code == 0
        assert said in restored.err
    good(shuniu("backup", tmp_path / "with.zip", "--with-key"))
    assert shuniu("restore", tmp_path / "with.zip", "--store", other, "--replace").err == ""
    assert contents(other) == before
    assert good(shuniu("loads", "--store", other)) == good(shuniu("loads"))


def test_doctor_finds_nothing_wrong_and_then_something(graph: str, table: Path) -> None:
    good(shuniu("load", table))
    good(shuniu("doctor", "--thorough"))
    path = Path(graph.removeprefix("ladybug://"))
    shutil.rmtree(path.with_name(f"{path.name}.d") / "loads" / "load-000002")
    said = shuniu("doctor")
    assert said.code == 1
    assert "shuniu rebuild" in said.out


def test_a_damaged_store_is_built_again(graph: str, table: Path) -> None:
    good(shuniu("load", table))
    before = contents(graph)
    path = Path(graph.removeprefix("ladybug://"))
    path.write_bytes(b"damaged" * 1000)
    said = shuniu("doctor")
    assert said.code == 1 and "shuniu rebuild" in said.out
    good(shuniu("rebuild"))
    assert contents(graph) == before
    assert list(path.parent.glob("*.aside-*"))
