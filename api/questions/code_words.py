"""Words of the codes that stand in rows and parameters, for tables that are read by people alone."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api.questions.request_funnel import WORDS as STAGES
from graph.language import Lang, Text
from graph.model import NODES, RELATIONSHIPS
from graph.vocabulary import vocabulary
from queries.methods import NAMES as METHOD_NAMES
from queries.network.gap_kinds import GAP_NAMES

VOCABULARIES: Mapping[str, tuple[str, ...]] = {
    "kind": ("window_kinds", "carrier_kinds", "organization_kinds", "remedy_kinds", "feedback_kinds", "region_types",
             "resource_kinds"),
    "stage": ("chain_stages",),
    "dimension": ("cooperation_dimensions",),
    "mode": ("modes",),
    "level": ("levels", "region_levels"),
    "service_type": ("service_types",),
    "state": ("coverage_states", "request_states", "record_states"),
    "outcome": ("request_outcomes",),
    "fee_class": ("fee_classes",),
    "state_before": ("coverage_states",), "state_after": ("coverage_states",), "reasons": ("coverage_reasons",),
    "action": ("plan_actions",), "data_class": ("data_classes",),
}  # fmt: skip
"""Vocabularies in whose words a column of this name, or a parameter, is said; the first that has a code says it."""
LEVELS = {
    "zone": Text("经济区", "zone"), "prefecture": Text("市州", "prefecture"), "county": Text("区县", "county"),
    "province": Text("全省", "province"), "system": Text("产业体系", "system"), "pillar": Text("产业", "pillar"),
    "chain": Text("产业链", "chain"), "segment": Text("环节", "segment"), "month": Text("月份", "month"),
    "service_type": Text("服务类型", "service type"), "region": Text("市州", "prefecture"),
    "window": Text("窗口与载体", "windows and carriers"),
}  # fmt: skip
"""What an answer is grouped by, or flows stay within."""
METHODS = {
    **METHOD_NAMES,
    "supervised": Text("监督学习", "supervised"),
    "adamic_adar": Text("Adamic–Adar 指数", "Adamic–Adar"),
    "resource_allocation": Text("资源分配指数", "resource allocation"),
    "jaccard": Text("Jaccard 系数", "Jaccard"),
    "common_neighbours": Text("共同伙伴数", "common neighbours"),
    "local_path": Text("局部路径指数", "local path"),
    "preferential_attachment": Text("优先连接", "preferential attachment"),
}
CASE_STATES = {"open": Text("待办", "open"), "closed": Text("已办结", "closed")}
"""States of a case of the alerts."""
OTHERS: Mapping[str, Mapping[Any, Text]] = {
    "kind": {
        "window": Text("窗口", "Window"), "carrier": Text("载体", "Carrier"),
        "organization": Text("机构", "Organisation"),
        "service": Text("服务", "Service"), "new": Text("新增", "New"), "closed": Text("消失", "Closed"),
        "better": Text("变好", "Better"), "worse": Text("变差", "Worse"), "node": Text("节点", "Node"),
        "relationship": Text("关系", "Relationship"), "policy": Text("规定", "Policy"),
        "benchmark": Text("参照", "Benchmark"), "own": Text("自定", "Own"),
        **GAP_NAMES,
    },
    "stage": dict(STAGES),
    "state": {**CASE_STATES, "evidence": Text("有依据", "evidence"), "no_data": Text("可以判断但没有数据", "no data"),
              "not_in_graph": Text("本图不记录", "not recorded here")},
    "type": {"PARTNERS_WITH": Text("合作", "Partners"), "REPORTS_TO": Text("归口", "Reports to"),
             "IMPLIED": Text("推定的归口", "Derived")},
    "method": METHODS,
    "group_by": LEVELS, "by": LEVELS, "within": LEVELS, "level": LEVELS,
    "view": {
        "report": Text("缺口报告", "report"), "graph": Text("节点与连线", "graph"),
        "matrix": Text("窗口×产业链", "windows by chain"),
        "resilience": Text("韧性", "resilience"), "segments": Text("环节", "segments"),
        "cooperation": Text("产业链×合作维度", "chains by dimension"),
        "pairs": Text("市州两两合作", "pairs of prefectures"),
        "missing": Text("缺失环节", "missing links"),
    },
    "sort": {"size": Text("缺得最多者在前", "most unmet first"), "depth": Text("满足得最少者在前", "least met first"),
             "empty": Text("无人可及最多者在前", "most unreached first"),
             "severity": Text("严重度高者在前", "most severe first")},
    "objective": {
        "unmet": Text("未满足需求最少", "least unmet demand"),
        "max-min": Text("最差地区最好", "best for the worst served"),
        "max-cover": Text("半径内的需求最多", "most demand within reach"),
        "set-cover": Text("覆盖全部地区的费用最少", "least cost of covering all"),
        "p-median": Text("到最近窗口的平均距离最短", "shortest mean distance"),
        "kolm-pollak": Text("兼顾公平的等价距离最短", "shortest equally distributed equivalent distance"),
    },
    "fits": {
        "exact": Text("全同", "the whole"), "begins": Text("开头相同", "at the beginning"),
        "contains": Text("其中含有", "inside"), "sounds_begin": Text("开头同音", "by sound at the beginning"),
        "sounds": Text("其中同音", "by sound inside"),
        "otherwise": Text("信用代码或曾用名", "credit code or former name"),
        "place": Text("所在地", "where it is"),
    },
    "harm": {"price": Text("计入目标", "priced"), "allow": Text("只列出", "allowed"),
             "forbid": Text("不许", "forbidden")},
    "comparison": {"gt": Text("大于", "more than"), "ge": Text("不少于", "at least")},
    "assumed": {"cost": Text("费用", "cost"), "capacity": Text("能力", "capacity"),
                "rates": Text("需求率", "demand rates"), "use": Text("已用能力", "capacity in use")},
}  # fmt: skip
"""Words of codes that are in no vocabulary."""
NODES_OF = {"label", "from_label", "to_label"}
SAME = {
    "site_kind": "kind", "kinds": "kind", "a_kind": "kind", "b_kind": "kind", "candidates": "kind", "modes": "mode",
    "dimensions": "dimension", "service_types": "service_type", "a_label": "label", "b_label": "label",
    "labels": "label", "through": "label", "edges": "type", "types": "type", "edge_types": "type",
}  # fmt: skip
"""Columns and parameters whose codes are those of another."""


@cache
def words_of(column: str) -> Mapping[str, Text]:
    """Return the words of the codes of a column or parameter; none where it holds no codes."""
    column = SAME.get(column, column)
    if column in NODES_OF:
        return {name: node.label for name, node in NODES.items()}
    found = dict(OTHERS.get(column, {}))
    if column == "type":
        found |= {name: made.label for name, made in RELATIONSHIPS.items() if name not in found}
    for name in reversed(VOCABULARIES.get(column, ())):
        found |= {entry.id: entry.label for entry in vocabulary(name)}
    return found


def in_words(column: str, value: Any, lang: Lang) -> Any:
    """Return a code of a column, or a list of them, in words; anything else as it is."""
    words = words_of(column)
    if isinstance(value, str):
        return words[value].get(lang) if value in words else value
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return [in_words(column, part, lang) for part in value]
    return value
