from dataclasses import replace
from pathlib import Path

import pytest

from graph.vocabulary import vocabulary
from queries.coverage import Coverage, CoverageCell
from tests.viz import parsing
from tests.viz.scenes import HOSTILE, cell, report
from viz import places
from viz.report.drawing import prefecture_map, state_class
from viz.report.html import class_shares, target_value, write_gap_report
from viz.report.summary import sentences


def test_no_script_nothing_from_outside_and_a_strict_policy(tmp_path: Path) -> None:
    page = parsing.read(write_gap_report(report(), tmp_path / "r.html"))
    assert page.all("script") == []
    assert parsing.outside(page) == []
    (style,) = page.all("style")
    assert page.policy == (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src {parsing.digest(style.text)}"
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    page = parsing.read(write_gap_report(report(name=name), tmp_path / "r.html"))
    assert parsing.outside(page) == []
    assert page.all("script") == page.all("img") == []
    assert [e for e in page.all("th", scope="row") if e.text == name]


def test_the_matrix_shows_every_state_in_more_than_colour(tmp_path: Path) -> None:
    page = parsing.read(write_gap_report(report(), tmp_path / "r.html"))
    labels = {e.text for e in page.all("span", **{"class": "sr"})}
    assert labels == {e.label.zh for e in vocabulary("coverage_states")}
    cells = [e for e in page.elements if e.attributes.get("class") == "cell"]
    assert len(cells) == 21 * 13
    symbols = {e["symbol"] for e in vocabulary("coverage_states")}
    assert all(e.text[0] in symbols for e in cells)
    unknown = [e.text for e in cells if "数据不明" in e.text]
    assert unknown
    assert not any("0.0%" in text for text in unknown)


def test_the_banner_stands_only_over_synthetic_data(tmp_path: Path) -> None:
    for synthetic in (True, False):
        path = write_gap_report(report(synthetic=synthetic), tmp_path / "r.html")
        assert ("本报告含示例（虚构）数据" in path.read_text(encoding="utf-8")) is synthetic


def test_sentences_are_computed() -> None:
    zh = " ".join(s.zh for s in sentences(report()))
    assert "截至2026年3月31日，全省中小企业年服务需求 12,346 次" in zh
    assert "需求覆盖率 50.0%（其中由本市（州）满足 25.0%）" in zh
    assert "15 个单元中：已覆盖 5 个（33.3%）" in zh
    assert "3 项目标：达到 1 项，未达到 1 项，数据不足无法判断 1 项；未达到的是线上服务占比" in zh
    assert "绵阳市涪城区·集成电路·投资融资" in zh
    assert "没有窗口、站点或载体的区县 1 个" in zh


def test_without_demand_the_report_says_so_and_shows_no_zero(tmp_path: Path) -> None:
    silent = cell(state="unknown", demand=None, supply=None, ratio=None, ratio_local=None, unmet=None)
    made = report()
    totals = Coverage(made.totals.cells.assign(**{k: [silent[k]] for k in silent}), made.totals.meta)
    made = replace(made, totals=totals, gaps=[])
    assert "尚无已报送的服务需求数据" in sentences(made)[0].zh
    page = parsing.read(write_gap_report(made, tmp_path / "r.html"))
    assert page.all("dd")[0].text == "—"
    assert "没有可以判断的缺口" in next(e.text for e in page.all("main"))


def test_english(tmp_path: Path) -> None:
    page = parsing.read(write_gap_report(report(), tmp_path / "r.html", lang="en"))
    assert page.all("html", lang="en")
    assert page.all("h2")[0].text.split() == ["1", "Summary"]
    assert "This report contains synthetic data." in page.all("strong")[0].text


def test_a_map_of_ones_own_carries_no_warning(tmp_path: Path) -> None:
    own = write_gap_report(report(), tmp_path / "own.html", outlines=places.outlines()).read_text(encoding="utf-8")
    assert "审图号" in write_gap_report(report(), tmp_path / "r.html").read_text(encoding="utf-8")
    assert "审图号" not in own


def test_the_map_draws_all_prefectures_and_missing_ones_as_unknown() -> None:
    drawn = prefecture_map([], places.outlines())
    assert len(drawn.shapes) == 21
    assert {(s.fill, s.value) for s in drawn.shapes} == {("s-unknown", "?")}


def test_state_classes() -> None:
    assert state_class(None) == "s-unknown"
    assert state_class(CoverageCell(**cell(ratio=0.1))) == "s-partial b0"
    assert state_class(CoverageCell(**cell(state="not_applicable"))) == "s-not-applicable"


def test_small_words() -> None:
    capacity, share, unknown = report().targets
    assert target_value(capacity, capacity.actual) == "512,345"
    assert target_value(share, share.actual) == "49.3%"
    assert target_value(unknown, unknown.actual) == "—"
    assert class_shares({"REAL": 1, "EDITORIAL": 0, "SYNTHETIC": 3}, "zh") == "公开事实 25.0%；演示虚构 75.0%"
    assert class_shares({}, "en") == "—"


def test_outlines_can_be_a_readers_own(tmp_path: Path) -> None:
    path = tmp_path / "own.geojson"
    square = "[[[104,30],[105,30],[105,31],[104,31],[104,30]]]"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"adcode":510100,"name":"成都市"},'
        f'"geometry":{{"type":"Polygon","coordinates":{square}}}}}]}}',
        encoding="utf-8",
    )
    (own,) = places.read_outlines(path)
    assert (own.code, own.name.zh, own.name.en) == ("510100", "成都", "Chengdu")
    assert prefecture_map([], (own,)).shapes[0].path.count("L") >= 3
