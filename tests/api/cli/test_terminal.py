"""Tables and sentences at a terminal of 80 columns: no word is cut where there is room for whole ones."""

from typing import Any

import pytest
from rich.cells import cell_len

from api.cli.expand import _echo_parts, _goal, _idle
from api.cli.fields import value_text
from api.cli.gaps import _uses
from api.cli.layout import broken, by_words, fitted, groups_that_fit
from api.cli.network import _window_said
from api.cli.output import out, shown, table, tell_more
from api.cli.partners import _services
from api.cli.snapshot import _cause as _cause_of_cell
from api.cli.snapshot_summary import _cause
from graph.language import Text
from queries.coverage import CoverageCell
from queries.expansion.answer import Expansion, ExpansionQuestion, GroupChange
from queries.resilience.coordination import Coordination
from queries.resilience.impact import Loss, PlaceLoss
from queries.snapshots.differences import Cause, CauseTotal
from tests.viz.scenes import cell

LINES = [
    ["Name", "Cost, million yuan", "Gain", "Service type"],
    ["Build a station at Litang, Garzê", "0.6", "259", "Industry-university-research collaboration"],
    ["示例-成都-众创空间-056", "1.5", "72", "Legal advice"],
]


@pytest.mark.parametrize(
    ("room", "widths"),
    [
        (100, None),  # all fits as it is
        (74, [24, 14, 4, 32]),
        (33, [9, 7, 4, 13]),  # every column as narrow as its longest word
        (32, None),  # some word has to be cut: the screen does so
    ],
)
def test_columns_are_as_wide_as_their_words(room: int, widths: list[int] | None) -> None:
    assert fitted(LINES, room) == widths
    assert widths is None or sum(widths) == room


def test_english_is_broken_at_spaces_and_hyphens() -> None:
    said = "Industry-university-research collaboration"
    assert broken(said, 20) == "Industry-university-\nresearch\ncollaboration"
    assert (broken("-12.5%", 5), broken("", 8)) == ("-12.5%", ""), "a figure is not broken at its sign"


def test_chinese_is_broken_between_characters_never_within_a_number_or_before_what_closes() -> None:
    assert broken("示例-成都-众创空间-056", 8) == "示例-成\n都-众创\n空间-056"
    assert broken("四川省（省级枢纽）", 16) == "四川省（省级枢\n纽）"


def test_a_table_wider_than_the_terminal_goes_on_below_with_the_names_of_its_lines() -> None:
    lines = [
        ["Rank", "Name", "Services", "On year", "Online"],
        ["1", "凉山彝族自治州", "40,909", "-12.5%", "54.3%"],
    ]
    assert groups_that_fit(lines, 44, 2) == [[0, 1, 2, 3, 4]]
    assert groups_that_fit(lines, 43, 2) == [[0, 1, 2, 3], [0, 1, 4]]
    assert groups_that_fit(lines, 30, 2) == [[0, 1, 2], [0, 1, 3], [0, 1, 4]]
    assert groups_that_fit(lines, 29, 2) == [[0, 1, 2], [0, 3, 4]], (
        "what leaves no third of the width is not said again"
    )
    assert groups_that_fit(lines[:1], 5, 9) == [[0], [1], [2], [3], [4]], "as narrow as may be"


def test_columns_of_figures_stand_to_the_right_whatever_they_are_called(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"name": "甲", "km": "5", "key": "510700", "公里": "–", "note": "1,2 km"},
        {"name": "乙", "km": "1,234.5", "key": "51", "公里": "-3%", "note": "3"},
    ]
    out().print(table("表", ["name", "km", "key", "公里", "note"], rows, "zh"))
    assert capsys.readouterr().out.splitlines() == [
        "表                                 ",
        "名称       km  标识    公里  note  ",
        "甲          5  510700     –  1,2 km",
        "乙    1,234.5  51       -3%  3     ",
    ]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 6, ["one", "two", "three"]),
        ("  1  one two", 8, ["  1  one", "two"]),
        ("/a/very/long/path stays", 6, ["/a/very/long/path", "stays"]),
        ("two lines\nhere", 20, ["two lines", "here"]),
        ("失去 甲 costs", 7, ["失去 甲", "costs"]),
    ],
)
def test_sentences_are_broken_between_words_alone(text: str, width: int, lines: list[str]) -> None:
    made = by_words(text, width).split("\n")
    assert made == lines
    assert all(cell_len(line) <= width or " " not in line for line in made)


def test_a_table_of_nothing_says_so_under_its_title_and_not_a_head(capsys: pytest.CaptureFixture[str]) -> None:
    out().print(table("表", ["name", "km"], iter(()), "zh"))
    out().print(table("", ["name", "km"], [], "en", Text("没有；先载入。", "None; load some.")))
    assert capsys.readouterr().out.splitlines() == ["表", "没有。", "None; load some."]


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("ratio", -0.0893, "−8.9%"),
        ("ratio", -0.0001, ">−0.1%"),
        ("ratio", 0.0004, "<0.1%"),
        ("ratio", 0.9996, "99.9%"),
        ("ratio", 1.0, "100.0%"),
        ("ratio", 0.0, "0.0%"),
        ("unmet", 0.04, "<0.1"),
        ("unmet", 0.05, "0.1"),
        ("unmet", -1234.5, "−1,234"),
        ("unmet", -0.04, ">−0.1"),
        ("gini", -0.25, "−0.25"),
        ("gini", 0.004, "<0.01"),
        ("of_100", 100.0, "100.0"),
        ("anything", -1200, "−1,200"),
        ("name", "A-1", "A-1"),
        ("name", "-1", "-1"),
    ],
)
def test_figures_below_zero_have_a_minus_sign(column: str, value: object, text: str) -> None:
    assert shown(column, value, "zh") == text


def test_one_is_not_several_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    for total in (0, 1, 1234):
        tell_more(0, total, "en")
    more = "--limit shows more, --format csv exports all"
    assert capsys.readouterr().out.splitlines() == [f"… 1 row in all; {more}", f"… 1,234 rows in all; {more}"]
    shared = CauseTotal(kind="sharing", change="changed", resources=1, amount=-3.2, largest=[])
    assert _cause(shared) == ("1 项资源因需求变化重新分摊，供给 −3", "1 resource shared anew, supply −3")
    assert _cause(shared.model_copy(update={"resources": 2})).en == "2 resources shared anew, supply −3"


def test_who_loses_a_contact_is_not_called_cut_off() -> None:
    hit = [PlaceLoss(region="510700", region_name="绵阳市", unmet_added=5.0, data_class=["REAL"])]
    alone = Coordination(services=3, sites=["站点"], places=["绵阳市三台县"], firms=1.0)
    loss = Loss(
        rank=1, kind="window", key="W06", name="绵阳窗口", site_kind="prefecture_window", region="510700",
        region_name="绵阳市", resources=1, reached=9.0, unmet_added=5.0, cells_hit=1, cells_emptied=0, importance=2.0,
        data_class=["REAL"], prefectures=hit, cells=[], coordination=alone,
    )  # fmt: skip
    assert _window_said(loss, "zh") == (
        "最怕失去绵阳窗口：连同其下 1 项资源，多缺 5 次/年，主要在绵阳市；只失去协调，"
        "1 个站点失去联系点，1 家企业别无联系点。"
    )
    assert _window_said(loss, "en") == (
        "Losing 绵阳窗口 costs most: with its 1 resource 5 more services a year are unmet, mainly in Mianyang; as a "
        "contact alone, 1 site and 1 firm lose theirs."
    )
    assert _window_said(loss.model_copy(update={"coordination": None}), "en") == (
        "Losing 绵阳窗口 costs most: with its 1 resource 5 more services a year are unmet, mainly in Mianyang."
    )
    unknown = loss.model_copy(update={"coordination": alone.model_copy(update={"firms": None})})
    assert _window_said(unknown, "zh").endswith("1 个站点失去联系点，多少企业别无联系点不明。")
    assert _window_said(unknown, "en").endswith("1 site lose theirs; how many firms do is not known.")
    idle = loss.model_copy(update={"unmet_added": 0.0, "prefectures": []})
    assert _window_said(idle, "zh") == "失去任何一个窗口连同其下资源，都不会多缺服务。"
    assert (
        _window_said(idle, "en") == "No window, lost with all its resources, would leave more services unmet than now."
    )


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        ({"objective_of": "max-cover", "objective": 80.0}, "现有窗口、站点已覆盖全部有需求的地区",
         "what stands already covers every place with demand"),
        ({"objective_of": "set-cover"}, "现有窗口、站点已覆盖全部有需求的地区",
         "what stands already covers every place with demand"),
        ({"objective_of": "max-cover", "objective": 79.0}, "限制之内没有能改善目标的行动",
         "none within the limits brings the goal nearer"),
        ({}, "限制之内没有能改善目标的行动", "none within the limits brings the goal nearer"),
        ({"candidates": 0}, "没有能减少未满足的候选行动", "no candidate would meet any of it"),
        ({"unmet_before": 0.0}, "没有已知的未满足需求", "no demand is known to be unmet"),
    ],
)  # fmt: skip
def test_where_nothing_is_proposed_it_is_said_why(changed: dict[str, object], zh: str, en: str) -> None:
    group = GroupChange.model_construct(demand=80.0)
    plan = {"objective_of": "unmet", "objective": 9.0, "unmet_before": 9.0, "candidates": 3, "groups": [group]}
    assert _idle(Expansion.model_construct(**(plan | changed))) == (f"不采取行动（{zh}）", f"no action ({en})")


@pytest.mark.parametrize(
    ("asked", "of", "zh", "en"),
    [
        ({}, "unmet", "未满足需求，连同别处多缺的 2.4（次/年）", "unmet demand and the 2.4 more elsewhere, a year"),
        ({"harm_price": 2.0}, "unmet", "未满足需求，连同别处多缺的 2.4 × 2（次/年）",
         "unmet demand and the 2.4 × 2 more elsewhere, a year"),
        ({"harm": "allow"}, "unmet", "未满足需求（次/年）", "unmet demand, a year"),
        ({}, "cost", "费用（万元）", "cost, million yuan"),
    ],
)  # fmt: skip
def test_a_goal_that_counts_what_is_added_elsewhere_says_so(asked: dict[str, Any], of: str, zh: str, en: str) -> None:
    plan = Expansion.model_construct(objective_of=of, harm_outside=2.4)
    assert _goal(plan, ExpansionQuestion(**asked)) == (zh, en)


def test_no_part_of_an_effect_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    far = {"to_30_km": 0.4, "to_60_km": 0.0, "beyond_60_km": 0.04}
    classes = {"REAL": 0.04, "SYNTHETIC": 0.4, "EDITORIAL": 0.0}
    for harm in (0.0, 2.4):
        plan = Expansion.model_construct(effect_by_distance=far, effect_by_data_class=classes, harm_outside=harm)
        _echo_parts(plan, "zh")
    parts = "：30 公里以内 0.4，30–60 公里 0，更远 <0.1；按需求的数据性质：公开事实 <0.1、演示虚构 0.4"
    assert capsys.readouterr().out.splitlines() == [f"效果按远近{parts}", f"效果按远近（已扣去别处多缺）{parts}"]


def test_a_field_of_a_load_has_no_digits_that_nobody_wrote() -> None:
    told = [value_text("EnterpriseCount", "count", value, "zh") for value in (3000.0, 0.5, 104.75415, None)]
    assert told == ["3,000", "0.5", "104.75415", "–"]


def test_labels_are_words_in_a_table() -> None:
    assert [shown("label", "Organization", lang) for lang in ("zh", "en")] == ["机构", "Organisation"]
    assert shown("name", "Organization", "zh") == "Organization"


def test_what_a_partner_fills_is_told_to_a_decimal_where_it_is_little() -> None:
    assert [_services(value) for value in (None, 0.0, 0.49, 50.55, 1_234.6)] == ["–", "0", "0.5", "50.5", "1,235"]


def test_what_a_cause_took_from_a_cell_has_a_minus() -> None:
    lost = Cause(kind="resource", change="expired", key="s1", name="甲", before=10.1, after=None, resources=1)
    assert _cause_of_cell(lost) == ("到期甲 −10.1", "expired 甲 −10.1")


def test_how_even_access_is_has_the_names_of_other_tables() -> None:
    even = {"gini": 0.7, "theil": 1.33, "palma": 8.4}
    spread = CoverageCell(**cell(supply=5.0, supply_use={"effective": 5.0}, equity=even))
    assert _uses(spread, "zh")[1] == "  企业间的均衡（0 为完全均等）：基尼 0.70，泰尔指数 1.33，帕尔马比 8.4"
    assert _uses(spread, "en")[1] == "  Spread over enterprises (0: even): Gini 0.70, Theil 1.33, Palma ratio 8.4"
