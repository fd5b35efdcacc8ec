"""The review list as a clerk works through it: in a terminal, key by key, and as a file that is filled in."""

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api.cli.review_file import write_list
from graph.errors import FileUnwritable
from graph.stores.opening import open_store
from loaders.identify.review import decided
from loaders.pipeline import load
from tests.support.disk import short_files
from tests.support.export import digest
from tests.support.stores import new_store
from tests.support.terminal import Said, Terminal, shuniu

HEAD = "名称,类型,所在地区\n"
ONE = HEAD + (
    "绵阳科技城技术转移中心,服务机构,绵阳市\n德阳旌湖技术转移中心,服务机构,德阳市\n宜宾三江酒业协会,行业协会,宜宾市\n"
    "乐山沫若检测有限公司,服务机构,乐山市\n"
)
OTHER = HEAD + (
    "绵阳科技城技转中心,服务机构,绵阳市涪城区\n德阳旌湖技转中心,服务机构,德阳市\n宜宾三江酒业协会会,行业协会,宜宾市翠屏区\n"
    "乐山若沫检测有限公司,服务机构,乐山市\n"
)
OFFERS = (
    "名称,资源类别,服务类型,提供机构,年服务能力\n甲,仪器设备,技术支持,宜宾三江酒业协会,300\n"
    "乙,仪器设备,技术支持,宜宾三江酒业协会会,20\n丙,仪器设备,技术支持,绵阳科技城技转中心,500\n"
)
RECORDS = "编号,日期,服务类型,提供机构,服务地区,方式\n" + "".join(
    f"R-{n},{day},技术支持,宜宾三江酒业协会会,宜宾市翠屏区,线下\n"
    for n, day in enumerate(("2024-12-30", "2026-03-01", "2026-03-02"))
)
COUNTS = "所在地区,产业链,企业数\n宜宾市翠屏区,优质白酒,1234\n"


def delivered(folder: Path, *texts: tuple[str, str]) -> list[Path]:
    """Write tables into a folder of their own."""
    folder.mkdir(parents=True)
    paths = [folder / f"{name}.csv" for name, _ in texts]
    for path, (_, text) in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with four pairs that wait: two of one shape, and on one of them something hangs on both sides."""
    folder = tmp_path_factory.mktemp("doubtful")
    (folder / "store").mkdir()
    file = folder / "store" / "graph.lbug"
    with new_store(file) as store:
        load(store, delivered(folder / "1", ("机构", ONE)))
        load(
            store,
            delivered(folder / "2", ("机构", OTHER), ("服务资源", OFFERS), ("企业数量", COUNTS), ("服务台账", RECORDS)),
        )
    return file


@pytest.fixture
def url(doubtful: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of such a store, of the test's own, set as users set theirs."""
    shutil.copytree(doubtful.parent, tmp_path / "store")
    monkeypatch.setenv("SHUNIU_STORE", f"ladybug://{tmp_path / 'store' / doubtful.name}")
    return f"ladybug://{tmp_path / 'store' / doubtful.name}"


def good(said: Said) -> str:
    assert said.code == 0, said.err
    return said.out


def listed() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(good(shuniu("review", "--format", "json")))["data"]
    return rows


def verdicts(url: str) -> list[tuple[str, str, str | None]]:
    with open_store(url, read_only=True) as store:
        return [(*sorted((d.a.name, d.b.name)), d.verdict) for d in decided(store)]  # type: ignore[misc]


def names(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(row[side].partition("，")[0] for side in "ab"))


LIQUOR = ("宜宾三江酒业协会", "宜宾三江酒业协会会")
MIANYANG = ("绵阳科技城技术转移中心", "绵阳科技城技转中心")
DEYANG = ("德阳旌湖技术转移中心", "德阳旌湖技转中心")
LESHAN = ("乐山沫若检测有限公司", "乐山若沫检测有限公司")


@pytest.mark.usefixtures("url")
def test_what_most_hangs_on_comes_first_and_pairs_of_one_shape_stand_together() -> None:
    assert [(row["group"], names(row)) for row in listed()] == [(1, LIQUOR), (2, MIANYANG), (2, DEYANG), (3, LESHAN)]
    first, second, *_ = listed()
    assert {row["capacity"] for row in first["stakes"]} == {300.0, 20.0}
    assert {row["services"] for row in first["stakes"]} == {0, 2}  # within a year of the ledger's last day
    assert first["firms"] == 1234.0
    assert first["evidence"] == "名称只差一两个字，像是笔误，都在宜宾市；两家都没有信用代码。"
    assert {row["capacity"] for row in second["stakes"]} == {500.0, 0.0}


# --- in a terminal ------------------------------------------------------------------------------------


def test_a_clerk_goes_through_groups_key_by_key_and_back(url: str) -> None:
    with open_store(url, read_only=True) as store:
        before = digest(store)
    with Terminal("review") as terminal:
        page = terminal.until("[q] 退出")
        assert "余 4 对，3 组；已判定 0，以后再说 0" in page
        assert "名称只差一两个字，像是笔误，在同一市州（1）" in page
        assert "1 项资源，年服务能力 300 次" in page
        assert "当地企业 1,234 家" in page
        terminal.press("s")
        page = terminal.until("[q] 退出")
        assert "✓ 同一家：1 对" in page
        assert "其中一个像是另一个的简称，在同一市州：「术转移」与「转」（2）" in page
        assert "本组还有：\n     德阳旌湖" in page
        terminal.press("D")  # the whole group
        page = terminal.until("[q] 退出")
        assert "✓ 不同：2 对" in page
        assert "余 1 对，1 组；已判定 3，以后再说 0" in page
        terminal.press("u")
        page = terminal.until("[q] 退出")
        assert "↶ 已撤销：2 对" in page
        assert "余 3 对，2 组；已判定 1，以后再说 0" in page
        terminal.press("x")
        assert "不认识这个键" in terminal.until("[q] 退出")
        terminal.press("u")
        assert "余 4 对，3 组；已判定 0" in terminal.until("[q] 退出")
        terminal.press("u")
        assert "没有可撤销的" in terminal.until("[q] 退出")
        terminal.press("q")
        terminal.until("本次判定 0 对，以后再说 0 对，还剩 4 对；再次运行 shuniu review 继续。")
        assert terminal.end() == 0
    assert verdicts(url) == []
    with open_store(url, read_only=True) as store:
        assert digest(store) == before


def test_who_stops_goes_on_there_and_meets_last_what_was_put_off(url: str) -> None:
    with Terminal("review") as terminal:
        terminal.until("[q] 退出")
        terminal.press("l")
        assert "→ 以后再说：1 对" in terminal.until("[q] 退出")
        terminal.press("\x1b[A")  # an arrow
        terminal.until("[q] 退出")
        terminal.press("\x1b")
        terminal.until("还剩 4 对")
        assert terminal.end() == 0
    with Terminal("review", "--lang", "en") as terminal:
        page = terminal.until("[q] quit")
        assert "「" not in page
        assert "“术转移” and “转”（2）" in page
        terminal.press("S")
        terminal.until("[q] quit")
        terminal.press("d")
        assert LIQUOR[0] in terminal.until("[q] quit")
        terminal.press("s")
        terminal.until("4 decided, 0 for later, 0 left")
        assert terminal.end() == 0
    assert verdicts(url) == [(*MIANYANG, "same"), (*DEYANG, "same"), (*LESHAN, "different"), (*LIQUOR, "same")]
    with Terminal("review") as terminal:
        terminal.until("没有等待判定的机构。")
        assert terminal.end() == 0


# --- as a file ----------------------------------------------------------------------------------------


def filled(path: Path, words: dict[str, str]) -> list[list[object]]:
    """Fill in the column 判定 by the name of the first of a pair; return the rows."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        named = {row[head.index(side)].value for side in "甲乙"}
        row[head.index("判定")].value = next((word for name, word in words.items() if name in named), None)
    book.save(path)
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_list_is_filled_in_and_read_back(url: str, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"复核.{ending}"
    assert "4 对写入" in good(shuniu("review", "--export", path))
    if ending == "xlsx":
        rows = filled(path, {LIQUOR[0]: "相同", MIANYANG[0]: "不同"})
        assert rows[0][:3] == ["组", "判定", "甲"]
    else:  # as a Chinese spreadsheet saves it
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        lines = [line.replace(",,", ",相同,", 1) if LIQUOR[0] in line else line for line in lines]
        lines = [line.replace(",,", ",不同,", 1) if MIANYANG[0] in line else line for line in lines]
        path.write_text("\n".join(lines), encoding="gb18030")
    assert "判定 2 对：1 对为同一家，1 对不同；另有 0 对先前已如此判定" in good(shuniu("review", "--import", path))
    assert sorted(verdicts(url)) == sorted([(*LIQUOR, "same"), (*MIANYANG, "different")])
    assert "判定 0 对：0 对为同一家，0 对不同；另有 2 对先前已如此判定" in good(shuniu("review", "--import", path))
    assert [names(row) for row in listed()] == [LESHAN, DEYANG]


@pytest.mark.usefixtures("url")
def test_a_list_filled_in_wrongly_changes_nothing(url: str, tmp_path: Path) -> None:
    path = tmp_path / "复核.xlsx"
    good(shuniu("review", "--export", path))
    filled(path, {LIQUOR[0]: "相同", MIANYANG[0]: "也许"})
    said = shuniu("review", "--import", path)
    assert said.code == 2
    assert "第 3 行：判定“也许”应为 相同 或 不同" in said.err
    assert verdicts(url) == []
    (tmp_path / "other.csv").write_text("名称,类型\n甲,乙\n", encoding="utf-8")
    assert "没有这些列：判定、标识甲、标识乙" in shuniu("review", "--import", tmp_path / "other.csv").err
    assert shuniu("review", "--export", tmp_path / "list.docx").code == 2
    assert shuniu("review", "--import", tmp_path / "none.xlsx").code == 2


def test_a_list_that_the_disk_has_no_room_for_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_text("with the verdicts of a day")
    with short_files(1000), pytest.raises(FileUnwritable):
        write_list([], path, "zh")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"list.xlsx": "with the verdicts of a day"}
