"""The sheet of a workbook that says what its table is an answer to, whichever door wrote it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.questions.code_words import in_words
from api.questions.labels import LABELS
from graph.clock import minute
from graph.export.cells import cell
from graph.language import Lang, Text
from graph.places import gazetteer
from graph.places.divisions import places
from graph.places.english import name_in
from graph.vocabulary import vocabulary
from queries.action_costs import default_costs

SHEET = Text("说明", "About")
PARAMETERS = {
    "as_of": Text("分析日", "Day"), "standard": Text("达标线 A", "Standard A"),
    "freshness_days": Text("数据时效（天）", "Freshness, days"), "group_by": Text("分组", "Groups"),
    "region": Text("地区", "Region"), "industry": Text("产业", "Industry"),
    "service_type": Text("服务类型", "Service type"), "state": Text("状态", "State"), "sort": Text("排序", "Order"),
    "floor": Text("列入所需需求（次/年）", "Demand needed, services a year"),
    "per_place": Text("每个市州至多几行", "Rows of a prefecture at most"), "rates": Text("需求率", "Demand rates"),
    "budget": Text("预算（万元）", "Budget, 10,000 yuan"), "limit": Text("至多几行", "Rows at most"),
    "requester": Text("求助方", "Requester"), "share": Text("要补的比例", "Share to fill"),
    "through": Text("中间节点", "Through"), "weights": Text("权重", "Weights"),
    "each": Text("每方列出几条", "Rows of each"),
    "objective": Text("目标", "Goal"), "kinds": Text("行动或对象类别", "Kinds"), "fixed": Text("必选", "Must be in"),
    "excluded": Text("排除", "Left out"), "curve": Text("各预算（万元）", "Budgets, 10,000 yuan"),
    "target_ratio": Text("要达到的覆盖率", "Ratio to reach"), "why_not": Text("为何不选", "Why not"),
    "sites": Text("新建至多几处", "New sites at most"),
    "with_unknown": Text("也考虑需求未知之地", "Unknown demand, too"),
    "harm": Text("别处因此多缺", "Unmet added elsewhere"), "harm_price": Text("别处多缺的权重", "Its weight"),
    "reach_km": Text("覆盖半径（公里）", "Reach, km"), "gap": Text("可接受的差距", "Accepted gap"),
    "time_limit": Text("计算量（约合秒）", "Work, about seconds"),
    "seconds": Text("计算量（约合秒）", "Work, about seconds"),
    "method": Text("供需方法", "Method of supply and demand"), "costs": Text("行动费用与能力", "Costs and capacities"),
    "level": Text("汇总级别", "Level"), "within": Text("流向不出", "Flows stay within"),
    "limit_km": Text("最远公里数", "Farthest, km"),
    "max_partners": Text("每处至多几个供给地", "Givers of a place at most"),
    "by_chain": Text("按产业链匹配", "By chain"), "shareable": Text("只用标明可共享的", "Shareable only"),
    "pairs": Text("列出几对", "Pairs"), "view": Text("内容", "View"), "month": Text("月份", "Month"),
    "by": Text("分组", "Groups"), "first": Text("首月", "First month"), "last": Text("末月", "Last month"),
    "draws": Text("随机权重次数", "Draws of weights"), "seed": Text("随机种子", "Seed"),
    "remedies": Text("列出补法的缺口数", "Gaps with remedies"), "prefecture": Text("市州", "Prefecture"),
    "chain": Text("产业链", "Chain"), "start": Text("起点", "Start"), "end": Text("终点", "End"),
    "k": Text("路径条数", "Paths"), "max_hops": Text("最多步数", "Most hops"),
    "hub_penalty": Text("枢纽惩罚", "Hub penalty"), "must_pass": Text("必经", "Must pass"),
    "must_avoid": Text("避开", "Must avoid"), "edge_types": Text("只用的连线", "Only these edges"),
    "dimensions": Text("合作维度", "Dimensions"), "cross_region": Text("须跨市州", "Across prefectures"),
    "diverse": Text("路径各不相同", "Diverse paths"), "candidates": Text("候选类别", "Candidates"),
    "service_types": Text("服务类型", "Service types"), "pins": Text("指定", "Pinned"),
    "exclude": Text("排除", "Left out"), "all": Text("也列已有合作的", "Also between partners"),
    "mode": Text("方式", "Mode"), "real": Text("只用真实数据", "Real data only"), "since": Text("起始日期", "Since"),
    "key": Text("标识", "Key"), "kind": Text("类别", "Kind"), "indicator": Text("指标", "Indicator"),
    "window": Text("窗口或载体", "Window or carrier"), "party": Text("其中一方", "Party"),
    "subject": Text("对象", "Subject"),
    "scheme": Text("评分方案", "Scheme"), "hops": Text("步数", "Hops"), "label": Text("节点类别", "Label"),
}  # fmt: skip
USUAL = Text("内置默认值（queries/action_costs.yml）", "built-in defaults (queries/action_costs.yml)")


def about_lines(rows: int, meta: Mapping[str, Any] | None, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield the number of rows and what an answer rests on (fields of Meta), a line a fact: its name and value."""
    yield Text("行数", "Rows").get(lang), f"{rows:,}"
    if not meta:
        return
    yield Text("图版本", "Graph version").get(lang), str(meta["graph_version"])
    yield Text("分类与模型版本", "Taxonomy and model").get(lang), str(meta["taxonomy_version"])
    yield Text("生成时间（北京）", "Made at (Beijing)").get(lang), minute(meta["generated_at"])
    parameters = meta["parameters"]
    for name, value in parameters.items():
        named = PARAMETERS[name].get(lang) if name in PARAMETERS else name
        yield named, _stated(name, value, lang)
    yield Text("所依据的事实", "Facts it rests on").get(lang), _classes(meta["data_class"], meta["shares"], lang)
    for assumption in meta["assumptions"]:
        yield Text("假设", "Assumed").get(lang), Text(*assumption.split(" / ", 1)).get(lang)
    yield Text("方法", "Method").get(lang), meta["method"]


def _stated(name: str, value: Any, lang: Lang) -> str:
    """Return the value of a parameter as an office reads it: words, names of places, numbers."""
    between = Text("、", ", ").get(lang)
    if value is None or value in ([], (), {}, ""):
        return Text("无", "none").get(lang)
    if isinstance(value, bool):
        return (Text("是", "yes") if value else Text("否", "no")).get(lang)
    if isinstance(value, float):
        return str(value).removesuffix(".0")
    if isinstance(value, Mapping):
        if name == "costs":
            return USUAL.get(lang) if value == default_costs().model_dump(mode="json") else str(dict(value))
        return between.join(_part(name, k, v, lang) for k, v in value.items())
    if isinstance(value, list | tuple):
        return between.join(_stated(name, part, lang) for part in value)
    return cell(_named(name, str(value), lang))


def _part(name: str, key: str, value: Any, lang: Lang) -> str:
    called = "service_type" if name == "rates" else name
    label = LABELS[key].get(lang) if name == "weights" and key in LABELS else in_words(called, key, lang)
    return f"{label} {_stated(name, value, lang)}"


def _named(name: str, code: str, lang: Lang) -> str:
    """Return the name of a place or industry with its code, the words of any other code."""
    if name in ("region", "prefecture"):
        zone = vocabulary("economic_zones").text(code, lang)
        said = name_in(lang, places()[code].full_name) if code in places() else zone
    elif name in ("industry", "chain"):
        lists = (vocabulary("industry_pillars"), vocabulary("industry_systems"))
        labels = {entry.id: entry.label.get(lang) for terms in lists for entry in terms}
        said = labels.get(code) or name_in(lang, gazetteer.chain_names().get(code, code))
    else:
        return str(in_words(name, code, lang))
    return said if said == code else Text(f"{said}（{code}）", f"{said} ({code})").get(lang)


def _classes(counts: Mapping[str, int], shares: Mapping[str, float], lang: Lang) -> str:
    classes, form = (
        vocabulary("data_classes"),
        Text("{name} {n:,}（{part:.1%}）", "{name} {n:,} ({part:.1%})").get(lang),
    )
    parts = [form.format(name=classes.text(c, lang), n=counts[c], part=part) for c, part in shares.items()]
    return Text("，", ", ").get(lang).join(parts) or Text("无", "none").get(lang)


def write_about(book: Any, lines: Iterable[tuple[str, str]], lang: Lang) -> None:
    """Add the sheet to an XlsxWriter workbook; every line is written as text, names bold."""
    sheet, bold = book.add_worksheet(SHEET.get(lang)), book.add_format({"bold": True})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 80)
    for at, (name, text) in enumerate(lines):
        sheet.write_string(at, 0, name, bold)
        sheet.write_string(at, 1, text)
