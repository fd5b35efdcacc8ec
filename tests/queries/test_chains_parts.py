"""Where chains, clusters and partnerships belong, from small tables by hand."""

import pandas as pd

from queries.chains.structure import _clusters, _concerned, _placed, prefecture_or_none

CHAINS = pd.DataFrame({"key": ["C2", "C1", "C3"], "name": ["白酒", "集成电路与新型显示", "川茶"]})
SEGMENTS = pd.DataFrame(
    {"segment": ["S1", "S2", "S3"], "name": ["白酒包装", "显示", "芯片设计"], "chain": ["C3", "C9", "C1"]}
)


def test_a_place_has_its_prefecture_and_the_province_none() -> None:
    found = prefecture_or_none(pd.Series(["510703", "510700", "510000", None]))
    assert found.dropna().to_dict() == {0: "510700", 1: "510700"}
    assert len(found) == 4


def test_a_cluster_belongs_to_the_longest_name_that_it_holds() -> None:
    names = ["泸州白酒产业集群", "白酒包装集群", "新型显示集群", "显示器件集群", "集成电路集群", "无名集群"]
    clusters = pd.DataFrame({"key": [*"fedcba"], "name": names})
    found = _clusters(clusters, CHAINS, SEGMENTS)
    assert list(zip(found["key"], found["chain"], strict=True)) == [
        ("a", None), ("b", "C1"), ("c", "C9"), ("d", "C1"), ("e", "C3"), ("f", "C2"),
    ]  # fmt: skip


def test_of_equally_long_names_the_first_chain_counts() -> None:
    chains = pd.DataFrame({"key": ["C2", "C1"], "name": ["白酒", "川茶"]})
    found = _clusters(pd.DataFrame({"key": ["x"], "name": ["白酒川茶集群"]}), chains, SEGMENTS.iloc[:0])
    assert found["chain"].tolist() == ["C1"]


def test_a_partnership_concerns_what_both_state_or_else_what_one_does() -> None:
    stated = pd.DataFrame({"key": ["a", "a", "b", "b", "c"], "chain": ["C2", "C1", "C2", "C3", "C5"]})
    partnerships = pd.DataFrame({"a": ["a", "a", "x", "x", "c"], "b": ["b", "x", "b", "y", "a"]}, index=[0, 1, 2, 3, 4])
    found = _concerned(partnerships, stated)
    assert list(zip(found["at"], found["chain"], strict=True)) == [
        (0, "C2"), (1, "C1"), (1, "C2"), (2, "C2"), (2, "C3"),
    ]  # fmt: skip


def test_an_enterprise_is_in_the_segments_with_the_longest_prefix_of_its_code() -> None:
    firms = pd.DataFrame(
        {
            "enterprise": ["e1", "e2", "e3", "e4", "e5"], "region": ["510703"] * 5, "special": [False] * 5,
            "chain": ["C1", "C1", "C2", "C1", None], "industry": ["3976", "39", "3976", None, "3976"],
            "share": [1.0, 0.5, 0.5, 1.0, 1.0],
        }
    )  # fmt: skip
    segments = pd.DataFrame({"segment": ["s1", "s2", "s3"], "chain": ["C1", "C1", "C1"]})
    codes = pd.DataFrame({"segment": ["s2", "s1", "s3", "s1"], "code": ["397", "397", "39", "397"]})
    found = _placed(firms, segments, codes)
    rows = [
        tuple(None if pd.isna(v) else v for v in row) for row in found[["enterprise", "segment", "share"]].to_numpy()
    ]
    assert rows == [
        ("e1", "s1", 0.5), ("e1", "s2", 0.5), ("e2", "s3", 0.5), ("e3", None, 0.5), ("e4", None, 1.0),
    ]  # fmt: skip
