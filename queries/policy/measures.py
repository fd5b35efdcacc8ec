"""Figures that a clause can be judged by: each one count of what is on record, said in words; none is an opinion."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from graph import schema
from graph.language import Text
from graph.stores.base import ReadSession
from queries.kpi import last_full_months
from queries.recognitions import RECOGNITIONS, recognised
from queries.validity import active

LABELS = ("Window", "Carrier", "Organization", "Resource", "Need", "Request", "ServiceMonth", "Activity", "Feedback")
LINKS = {
    "partnerships": "PARTNERS_WITH",
    "offers": "OFFERS",
    "branded": "BRANDED_AS",
    "reports": "REPORTS_TO",
    "delivered": "DELIVERED",
}


@dataclass(frozen=True)
class OnRecord:
    """Nodes by label and relationships by name, as frames, on one day; a carrier has a row for each recognition."""

    nodes: Mapping[str, pd.DataFrame]
    links: Mapping[str, pd.DataFrame]
    day: date

    def valid(self, label: str) -> pd.DataFrame:
        """Return the nodes of a label that hold on the day."""
        return _holding(self.nodes[label], self.day)

    def of_kind(self, label: str, *kinds: str) -> pd.DataFrame:
        """Return the nodes of some kinds that hold on the day."""
        rows = self.valid(label)
        return rows[rows["kind"].isin(kinds)]

    @cached_property
    def months(self) -> pd.DataFrame:
        """The aggregates of the last 12 full months."""
        first, last = last_full_months(self.day)
        rows = self.nodes["ServiceMonth"]
        return rows[rows["month"].between(first, last)]

    def of_year(self, label: str) -> pd.DataFrame:
        """Return the nodes of a label dated within a year before the day."""
        days = pd.to_datetime(self.nodes[label]["day"])
        end = pd.Timestamp(self.day)
        return self.nodes[label][(days > end - pd.DateOffset(years=1)) & (days <= end)]

    def feedback(self, kind: str) -> pd.DataFrame:
        """Return the feedback of one kind of the last year."""
        rows = self.of_year("Feedback")
        return rows[rows["kind"] == kind]


def read_record(session: ReadSession, day: date) -> OnRecord:
    """Read everything that the measures count."""
    nodes = {label: session.nodes(schema.nodes()[label]).to_pandas() for label in LABELS}
    nodes["Carrier"] = recognised(nodes["Carrier"], session.frame(RECOGNITIONS))
    pairs = schema.relationships().values()
    links = {
        name: pd.concat([session.relationships(p).to_pandas() for p in pairs if p.type == type_], ignore_index=True)
        for name, type_ in LINKS.items()
    }
    return OnRecord(nodes, links, day)


def _holding(rows: pd.DataFrame, day: date) -> pd.DataFrame:
    return rows[active(rows, day)] if "since" in rows else rows


@dataclass(frozen=True)
class Measure:
    """One figure: its name, where the same can be opened (under ``/v1``), and how it is counted."""

    name: Text
    address: str
    count: Callable[[OnRecord], float]


def _fresh(r: OnRecord) -> int:
    since = pd.to_datetime(r.valid("Resource")["since"])
    return int((since > pd.Timestamp(r.day) - pd.DateOffset(years=1)).sum())


def _types_offered(r: OnRecord) -> int:
    offers = r.links["offers"]
    return int(offers.loc[offers["from_key"].isin(r.valid("Resource")["key"]), "to_key"].nunique())


def _brands(r: OnRecord) -> int:
    links = r.links["branded"]
    return int(links.loc[links["from_key"].isin(r.of_year("Activity")["key"]), "to_key"].nunique())


def _of_windows(r: OnRecord) -> int:
    links = r.links["delivered"]
    own = links.loc[links["from_key"].isin(r.nodes["Window"]["key"]), "to_key"]
    return int(r.months.loc[r.months["key"].isin(own), "services"].sum())


def _levelled(r: OnRecord) -> pd.DataFrame:
    rows = r.valid("Carrier")
    return rows[rows["level"].isin(["national", "provincial", "city"])]


def _partnerships(r: OnRecord) -> pd.DataFrame:
    return _holding(r.links["partnerships"], r.day)


def _closed(r: OnRecord) -> int:
    closed = pd.to_datetime(r.feedback("complaint")["closed"])
    return int((closed <= pd.Timestamp(r.day)).sum())


def _measure(zh: str, en: str, address: str, count: Callable[[OnRecord], float]) -> Measure:
    return Measure(Text(zh, en), address, count)


def _kinds(zh: str, en: str, address: str, label: str, *kinds: str) -> Measure:
    return Measure(Text(zh, en), address, lambda r: r.of_kind(label, *kinds)["key"].nunique())


def _sites_with_data(r: OnRecord) -> int:
    links = r.links["delivered"]
    return int(links.loc[links["to_key"].isin(r.months["key"]), "from_key"].nunique())


MEASURES: dict[str, Measure] = {
    "hub": _kinds("在运行的省级枢纽", "active hubs", "/network", "Window", "hub"),
    "prefecture_windows": _kinds(
        "在运行的市州窗口", "active prefecture windows", "/network", "Window", "prefecture_window"
    ),
    "cluster_windows": _kinds("在运行的产业集群窗口", "active cluster windows", "/network", "Window", "cluster_window"),
    "stations": _kinds("在运行的服务站点", "active stations", "/network", "Window", "station"),
    "reporting_lines": _measure(
        "登记的窗口、载体上下级关系",
        "lines of windows and carriers up to another",
        "/network?view=graph",
        lambda r: len(r.links["reports"]),
    ),
    "services_year": _measure(
        "近 12 个完整月的服务次数",
        "services, last 12 full months",
        "/monitoring",
        lambda r: int(r.months["services"].sum()),
    ),
    "services_windows": _measure(
        "其中在窗口、站点完成的", "of them at windows and stations", "/monitoring?by=window", _of_windows
    ),
    "requests_agreed": _measure(
        "已达成的合作请求",
        "partner requests agreed",
        "/requests",
        lambda r: int(r.nodes["Request"]["state"].isin(["agreed", "delivered", "closed"]).sum()),
    ),
    "platforms": _kinds(
        "有效的公共服务示范平台", "valid demonstration platforms", "/coverage", "Carrier", "demonstration_platform"
    ),
    "bases": _kinds(
        "有效的双创示范基地、孵化器、众创空间",
        "valid bases, incubators and makerspaces",
        "/coverage",
        "Carrier",
        "entrepreneurship_base",
        "incubator",
        "makerspace",
    ),
    "starred": _kinds(
        "有效的星级机构和服务联盟",
        "valid starred institutions and alliances",
        "/coverage",
        "Carrier",
        "starred_institution",
        "service_alliance",
    ),
    "recognised": _measure(
        "写明国家级、省级、市级的有效载体",
        "carriers with a national, provincial or city level",
        "/coverage",
        lambda r: _levelled(r)["key"].nunique(),
    ),
    "recognised_undated": _measure(
        "其中未注明日期的",
        "of them without any date",
        "/coverage",
        lambda r: int(_levelled(r).groupby("key")[["since", "until"]].count().eq(0).all(axis=1).sum()),
    ),
    "associations": _kinds(
        "登记的协会、商会、联盟、志愿者组织",
        "associations, chambers, alliances, volunteers",
        "/partners",
        "Organization",
        "industry_association",
        "chamber",
        "service_alliance",
        "volunteer_group",
    ),
    "academia": _kinds(
        "登记的高校、科研院所",
        "universities and institutes",
        "/partners",
        "Organization",
        "university",
        "research_institute",
    ),
    "shareable": _measure(
        "写明可共享的有效资源",
        "valid resources open to sharing",
        "/partners",
        lambda r: int(r.valid("Resource")["shareable"].fillna(value=False).astype(bool).sum()),
    ),
    "partnerships": _measure(
        "生效中的合作关系", "partnerships in force", "/chains?view=cooperation", lambda r: len(_partnerships(r))
    ),
    "dimensions": _measure(
        "其中涉及的合作维度（共六个）",
        "dimensions among them, of six",
        "/chains?view=cooperation",
        lambda r: int(_partnerships(r)["dimension"].nunique()),
    ),
    "types_offered": _measure(
        "有有效资源的服务类型（共十三类）", "service types with a valid resource, of 13", "/coverage", _types_offered
    ),
    "needs": _measure("登记的服务需求", "needs on record", "/gaps", lambda r: len(r.nodes["Need"])),
    "needs_matched": _measure(
        "其中已对接或办结的",
        "of them matched or closed",
        "/gaps",
        lambda r: int(r.nodes["Need"]["state"].isin(["matched", "closed"]).sum()),
    ),
    "fees_open": _measure(
        "写明收费的有效资源",
        "valid resources that state their fee",
        "/monitoring",
        lambda r: int(r.valid("Resource")["fee"].notna().sum()),
    ),
    "public_good": _measure(
        "其中公益或低收费的",
        "valid resources at no or low fee",
        "/monitoring",
        lambda r: int(r.valid("Resource")["fee_class"].isin(["public_good", "low_fee"]).sum()),
    ),
    "experts": _kinds("有效的专家导师资源", "valid experts", "/coverage", "Resource", "expert"),
    "trainings": _kinds("有效的培训资源", "valid trainings", "/coverage", "Resource", "training"),
    "activities": _measure(
        "近一年的服务活动", "activities within a year", "/monitoring", lambda r: len(r.of_year("Activity"))
    ),
    "brands": _measure("其中涉及的品牌（共十一个）", "brands among them, of eleven", "/monitoring", _brands),
    "fresh": _measure("近一年新增的有效资源", "resources new within a year", "/coverage", _fresh),
    "online_resources": _measure(
        "可线上提供的有效资源",
        "valid resources offered online",
        "/coverage",
        lambda r: int(r.valid("Resource")["online"].fillna(value=False).astype(bool).sum()),
    ),
    "both_modes": _measure(
        "线上线下都提供的有效资源",
        "valid resources offered both ways",
        "/coverage",
        lambda r: int(r.valid("Resource")[["online", "offline"]].fillna(value=False).astype(bool).all(axis=1).sum()),
    ),
    "online_services": _measure(
        "近 12 个完整月的线上服务次数",
        "services online, last 12 full months",
        "/monitoring",
        lambda r: int(r.months["online"].sum()),
    ),
    "government": _kinds("登记的政府部门", "government bodies on record", "/partners", "Organization", "government"),
    "months": _measure(
        "近 12 个完整月中有数据的月份",
        "months with data, of the last 12",
        "/monitoring?by=month",
        lambda r: int(r.months["month"].nunique()),
    ),
    "sites_monitored": _measure(
        "其间有数据的窗口和载体", "windows and carriers with data in them", "/monitoring?by=window", _sites_with_data
    ),
    "rated": _measure(
        "近 12 个完整月的评价数", "ratings, last 12 full months", "/monitoring", lambda r: int(r.months["rated"].sum())
    ),
    "complaints": _measure(
        "近一年的投诉", "complaints within a year", "/monitoring", lambda r: len(r.feedback("complaint"))
    ),
    "complaints_closed": _measure("其中已办结的", "of them closed", "/monitoring", _closed),
    "return_visits": _measure(
        "近一年的回访", "return visits within a year", "/monitoring", lambda r: len(r.feedback("follow_up"))
    ),
}
