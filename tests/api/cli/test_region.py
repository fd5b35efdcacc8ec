"""``shuniu region``: the place, what is on record there and what lies below it stand before its coverage."""

import json

from tests.support.terminal import shuniu
from tests.worlds import AS_OF

RECORDED = ("windows", "carriers", "organizations", "resources", "enterprises")


def lines(store_url: str, *asked: str) -> list[str]:
    said = shuniu("region", *asked, "--as-of", AS_OF.isoformat(), "--store", store_url)
    assert (said.code, said.err) == (0, "")
    return said.out.splitlines()


def test_a_prefecture_is_told_with_what_is_there(store_url: str) -> None:
    data = json.loads("\n".join(lines(store_url, "510700", "--format", "json")))["data"]
    zh, en = lines(store_url, "绵阳"), lines(store_url, "绵阳", "--lang", "en")
    assert zh[0].strip() == (
        "绵阳市（510700） · 四川省 · 成都平原经济区 · 人口 486.8 万（2020 年普查） · 地区生产总值 4,039 亿元（2023 年）"
    )
    assert en[0].strip() == (
        "Mianyang (510700) · Sichuan · Chengdu Plain Economic Zone · 4,868,243 people (census 2020) · "
        "GDP 403.9 billion yuan (2023)"
    )
    windows, carriers, organizations, resources, enterprises = (data["counts"][name] for name in RECORDED)
    assert min(windows, organizations, resources) > 0
    assert zh[1].strip() == (
        f"已登记：窗口与站点 {windows:,}，服务载体 {carriers:,}，机构 {organizations:,}，服务资源 {resources:,}，"
        f"逐家列出的企业 {enterprises:,}"
    )
    assert en[1].strip() == (
        f"On record: windows and stations {windows:,}, carriers {carriers:,}, organisations {organizations:,}, "
        f"resources {resources:,}, enterprises listed one by one {enterprises:,}"
    )
    assert zh[2].strip() == "下辖 9 个：涪城区、游仙区、安州区、三台县、盐亭县、梓潼县、北川羌族自治县、平武县、江油市"
    assert en[2].strip() == ("9 below: Fucheng, Youxian, Anzhou, Santai, Yanting, Zitong, Beichuan, Pingwu, Jiangyou")
    assert zh[4].split() == ["服务类型", "需求", "覆盖率", "未满足", "机构", "状态", "原因"]
    assert len(zh) == 4 + 1 + len(data["coverage"]) + 1


def test_the_province_lies_in_nothing(store_url: str) -> None:
    assert lines(store_url, "四川")[0].strip() == "四川省（510000）"
