"""Packs of targets: what one dated rule sets, as data. The notice's own are the vocabulary ``targets``.

A pack is a YAML file with ``id``, ``kind`` (policy | benchmark | own), ``issued``, ``until``, ``title``, ``source``,
``verification`` and ``targets``; each target names one of ``INDICATORS``, a comparison and a value. A new rule is a
new file; no code changes. One that contradicts itself is refused; two that contradict each other stand side by side.
"""

from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from graph.errors import BadParameter, FileMissing
from graph.language import Text
from graph.settings_files import checked, read_yaml
from graph.shipped import said_in
from graph.vocabulary import vocabulary

NOTICE = "notice_2020"
INDICATORS: dict[str, Text] = {
    "resources": Text("分析日有效的服务资源数", "resources valid on the day"),
    "capacity": Text("有效资源写明的年服务能力之和，未写明的不计", "yearly capacity that valid resources state"),
    "online_share": Text("近 12 个完整月线上服务占比", "share of services online, last 12 full months"),
    "satisfaction": Text("近 12 个完整月评 4、5 分的占比", "share of ratings of 4 or 5, last 12 full months"),
    "multi_level_coverage": Text(
        "省、市、县三级有服务存在的比例中最小者；任何载体都算",
        "smallest share of levels with presence; any carrier counts",
    ),
    "institutions_province": Text("有在运行的省级枢纽", "an active provincial hub"),
    "institutions_prefecture": Text(
        "有在运行的市州窗口的市（州）占比；载体不算", "prefectures with an active window; carriers do not count"
    ),
    "institutions_prefecture_up": Text(
        "省和市（州）中有在运行的枢纽或市州窗口者占比；载体不算",
        "province and prefectures with an active hub or window; carriers do not count",
    ),
    "institutions_county": Text(
        "有在运行的服务站点或窗口的区县占比；载体不算",
        "counties with an active station or window; carriers do not count",
    ),
}
"""What a target can be about, with its definition."""
UNITS = {"resources": Text("项", "resources"), "capacity": Text("次/年", "services a year")}
"""What indicators are counted in that are no shares."""
SHARES = frozenset(INDICATORS) - UNITS.keys()
SHARE = Text("比例", "share")


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wording(_Said):
    """A wording in both languages."""

    zh: str = Field(min_length=1)
    en: str = ""


class Milestone(_Said):
    """What a target's path asks for at the end of a month."""

    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    value: float = Field(ge=0, allow_inf_nan=False)


class PackTarget(_Said):
    """One target of a pack; ``path`` are milestones on the way to it, between which what is due grows evenly."""

    id: str
    indicator: str
    comparison: Literal["gt", "ge"]
    value: float = Field(ge=0, allow_inf_nan=False)
    name: Wording
    unit: Wording | None = None
    by: int | None = Field(default=None, ge=2000, le=2100)
    clause: int | None = None
    note: Wording | None = None
    path: tuple[Milestone, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "PackTarget":
        months, values = [m.month for m in self.path], [m.value for m in self.path]
        if months != sorted(set(months)):
            raise PydanticCustomError("path_in_order", "path: months in order, each once")
        if [*values, self.value] != sorted([*values, self.value]):
            raise PydanticCustomError("path_beyond_target", "path: rising, not beyond the target")
        if self.by and months and int(months[-1][:4]) > self.by:
            raise PydanticCustomError("path_beyond_year", "path: not beyond the year of the target")
        return self

    @model_validator(mode="after")
    def _of_its_indicator(self) -> "PackTarget":
        if self.indicator in SHARES and self.value > 1:
            raise PydanticCustomError("share_above_one", "value: a share is 0 to 1")
        if self.unit and self.indicator in INDICATORS and (self.unit.en == SHARE.en) != (self.indicator in SHARES):
            raise PydanticCustomError("unit_of_indicator", "unit: shares alone are shares")
        return self

    @property
    def said_unit(self) -> Text:
        """What it is counted in: as it says, else as the indicator is by nature."""
        if self.unit:
            return Text(self.unit.zh, self.unit.en or self.unit.zh)
        return SHARE if self.indicator in SHARES else UNITS[self.indicator]


class Pack(_Said):
    """The targets of one rule, with where and when it was published."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    kind: Literal["policy", "benchmark", "own"] = "own"
    issued: date | None = None
    until: date | None = None
    title: Wording
    source: str
    verification: str
    targets: tuple[PackTarget, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> "Pack":
        ids, asked = [t.id for t in self.targets], [(t.indicator, t.by) for t in self.targets]
        if len(set(ids)) != len(ids):
            raise PydanticCustomError("target_twice", "targets: an id twice")
        if len(set(asked)) != len(asked):
            raise PydanticCustomError("asked_twice", "targets: an indicator asked twice for one year")
        return self

    @model_validator(mode="after")
    def _in_time(self) -> "Pack":
        if self.issued and self.until and self.until < self.issued:
            raise PydanticCustomError("until_before_issued", "until: before issued")
        if self.issued and any(t.by and t.by < self.issued.year for t in self.targets):
            raise PydanticCustomError("by_before_issued", "by: before issued")
        return self

    def standing(self, day: date) -> Text | None:
        """Return why the rule asks for nothing on a day; None where it is in force."""
        if self.issued and day < self.issued:
            return Text(f"该规定 {self.issued} 才发布。", f"This rule was issued on {self.issued} only.")
        if self.until and day > self.until:
            return Text(f"该规定已于 {self.until} 到期。", f"This rule ended on {self.until}.")
        return None


def packs(folder: Path | None = None) -> dict[str, Pack]:
    """Return all packs by id, the notice first: those that come with the product, then those of a folder.

    Raises:
        FileMissing, NotYaml, BadParameter: a file of the folder cannot be read, is no pack, or has the id of another.
    """
    if folder and not folder.is_dir():
        raise FileMissing(path=folder)
    found = {pack.id: pack for pack in (_notice(), *_packaged())}
    for path in sorted(f for f in folder.iterdir() if f.suffix in (".yml", ".yaml")) if folder else []:
        pack = read_pack(path)
        if pack.id in found:
            why = Text("另一项规定已用这个标识", "another rule has this id")
            raise BadParameter(name=str(path), value=f"id = {pack.id}", reason=why)
        found[pack.id] = pack
    return found


def read_pack(path: Path) -> Pack:
    """Return the pack of a file.

    Raises:
        FileMissing, NotYaml: there is no such file, or it is something else.
        BadParameter: it is no pack; what is wrong is named.
    """
    return _checked(read_yaml(path), str(path))


def _checked(stated: object, where: str) -> Pack:
    pack = checked(Pack, stated, where)
    for given, known in (
        (pack.verification, vocabulary("verifications").ids),
        *((t.indicator, INDICATORS) for t in pack.targets),
    ):
        if given not in known:
            raise BadParameter(name=where, value=given, reason=" | ".join(known))
    return pack


def _packaged() -> Iterable[Pack]:
    folder = files("queries").joinpath("policy", "packs")
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yml"):
            yield _checked(said_in(file), file.name)


def _notice() -> Pack:
    """Return the notice of 2020: its targets are declared once, in the vocabulary."""
    said: list[dict[str, Any]] = [
        {"id": t.id, "indicator": t.id, "comparison": t["comparison"], "value": t["value"], "by": t["by"],
         "unit": t["unit"], "clause": t.clause, "note": t["note"], "name": t.label._asdict()}
        for t in vocabulary("targets")
    ]  # fmt: skip
    title = Text("2020 年 12 月 22 日通知第二条", "Clause 2 of the notice of 22 December 2020")
    return Pack.model_validate({
        "id": NOTICE, "kind": "policy", "issued": date(2020, 12, 22), "title": title._asdict(), "targets": said,
        "source": "四川省民营经济和中小企业发展领导小组办公室，2020-12-22",
        "verification": "seen_on_official_or_press_page",
    })  # fmt: skip
