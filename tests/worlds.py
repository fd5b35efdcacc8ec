"""Small random worlds as contract tables: the input that the oracle (naive.py) and the product both get.

A world has four prefectures and about twelve counties, a pair of them nearer than 30 km and a pair farther
apart than 180 km (1.3 × great circle), and every case the method tells apart. The same seed gives the same
world. Dates turn on AS_OF.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

Row = dict[str, str]

AS_OF = date(2026, 7, 1)
PROVINCE = "510000"
REFERENCE = Path(__file__).resolve().parents[1] / "graph" / "reference"

# The contract's tables: sheet, and field name to Chinese header.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "organizations": ("机构", {"name": "名称", "kind": "类型", "region": "所在地区"}),
    "carriers": (
        "服务载体",
        {
            "name": "名称",
            "kind": "类型",
            "level": "级别",
            "operator": "运营机构",
            "region": "所在地区",
            "chains": "服务产业",
            "since": "认定日期",
            "until": "有效期至",
        },
    ),
    "resources": (
        "服务资源",
        {
            "name": "名称",
            "kind": "资源类别",
            "service_types": "服务类型",
            "provider": "提供机构",
            "carrier": "所在载体",
            "chains": "服务产业",
            "serves": "服务地区",
            "modes": "方式",
            "capacity": "年服务能力",
            "used": "已用能力",
            "level": "级别",
            "since": "生效日期",
            "until": "有效期至",
        },
    ),
    "enterprises": (
        "企业",
        {"name": "名称", "region": "所在地区", "industry": "行业代码", "chains": "产业链", "tags": "资质"},
    ),
    "demand_counts": (
        "企业数量",
        {"region": "所在地区", "chain": "产业链", "count": "企业数", "as_of": "统计时间"},
    ),
    "needs": (
        "需求清单",
        {
            "id": "编号",
            "enterprise": "企业",
            "region": "所在地区",
            "chain": "产业链",
            "service_type": "服务类型",
            "quantity": "数量",
            "date": "日期",
            "state": "状态",
        },
    ),
    "chain_nodes": (
        "产业链环节",
        {"chain": "产业链", "node": "环节", "stage": "位置", "industry": "行业代码"},
    ),
}

# What the regions of a world say about their demand; see Builder.demand.
COUNTY_ROLES = (
    *("counts", "counts", "both", "enterprises", "needs", "silent"),
    *(
        "stale",
        "zeros",
        "undated",
        "mixed_age",
        "limit_400",
        "limit_401",
        "stale_but_enterprise",
        "closed_needs",
    ),
)
PREFECTURE_ROLES = ("counts", "enterprises", "stale", "silent", "needs", "both")
WORDS = "锦绣山川江河湖海云帆星辰金石松柏竹兰梅菊春华秋实天工开物"


@dataclass(frozen=True)
class World:
    """Input tables by English name; rows by English field name; cells are strings as a person types them."""

    tables: dict[str, list[Row]]

    def write(self, folder: Path, chinese_headers: bool = True) -> Path:
        """One CSV a table: 机构.csv with Chinese headers and a BOM, or organizations.csv with field names."""
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in self.tables.items():
            sheet, headers = TABLES[table]
            fields = [field for field in headers if any(field in row for row in rows)] or list(headers)
            path = folder / f"{sheet if chinese_headers else table}.csv"
            with path.open("w", encoding="utf-8-sig" if chinese_headers else "utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([headers[field] if chinese_headers else field for field in fields])
                writer.writerows([row.get(field, "") for field in fields] for row in rows)
        return folder

    def without(self, *tables: str) -> World:
        """The same world, some tables left out."""
        return World({name: rows for name, rows in self.tables.items() if name not in tables})


def random_world(seed: int, *, size: int = 1) -> World:
    """A world of about 12 × size counties and at most 40 × size resources."""
    return Builder(Random(f"shuniu-{seed}-{size}"), size).build()


def _read(name: str) -> list[Row]:
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


DIVISIONS = {row["adcode"]: row for row in _read("divisions.csv")}
COUNTIES = [code for code, row in DIVISIONS.items() if row["level"] == "3"]
PREFECTURES = [code for code, row in DIVISIONS.items() if row["level"] == "2"]
CHAINS = {row["chain_id"]: row["chain"] for row in _read("industry_chains.csv")}
TYPES = {row["category_id"]: row["category"] for row in _read("service_types.csv")}
SEGMENT_CODES = [
    (row["chain_id"], code) for row in _read("chain_nodes.csv") for code in row["gbt4754_codes"].split(";")
]


# Full names that one place has today; what else was called so once does not matter.
NAMES = [row["name"] for row in DIVISIONS.values()]
PLAIN_NAMES = {name for name in NAMES if NAMES.count(name) == 1}


def road_km(a: str, b: str) -> float:
    """Roughly the method's distance of two seats: good enough to choose places by."""
    one, two = DIVISIONS[a], DIVISIONS[b]
    north = (float(two["seat_lat"]) - float(one["seat_lat"])) * 111.2
    middle = math.radians((float(one["seat_lat"]) + float(two["seat_lat"])) / 2)
    east = (float(two["seat_lon"]) - float(one["seat_lon"])) * 111.2 * math.cos(middle)
    return 1.3 * math.hypot(north, east)


class Builder:
    """Draws one world; every choice comes from rng, in a fixed order."""

    def __init__(self, rng: Random, size: int) -> None:
        self.rng = rng
        self.size = size
        self.tables: dict[str, list[Row]] = {
            name: [] for name in ("organizations", "carriers", "resources", "enterprises", "demand_counts", "needs")
        }
        self.prefectures, self.counties = self.places()
        types = rng.sample(sorted(TYPES), len(TYPES))
        self.types, self.rare_types, self.zero_type, self.late_type = (
            types[:4],
            types[4:6],
            types[6],
            types[7],
        )
        self.exact_type, self.low_type = types[8], types[9]
        self.chains = rng.sample(sorted(CHAINS), 6)
        self.role: dict[str, str] = {}
        self.home: dict[str, str] = {}

    def build(self) -> World:
        """All tables."""
        if self.rng.random() < 0.5:
            self.segments()
        self.demand()
        self.needs()
        self.suppliers()
        self.resources()
        self.planted()
        for table, rows in self.tables.items():
            if table in ("resources", "demand_counts", "enterprises"):
                self.rng.shuffle(rows)
        return World(self.tables)

    # --- small draws ---

    def places(self) -> tuple[list[str], list[str]]:
        """Four prefectures: one, one near it, one far from it, any; three counties each (times size)."""
        rng = self.rng
        while True:
            first = rng.choice(PREFECTURES)
            near = [p for p in PREFECTURES if p != first and road_km(first, p) < 140]
            far = [p for p in PREFECTURES if road_km(first, p) > 200]
            if not near or not far:
                continue
            chosen = [first, rng.choice(near), rng.choice(far)]
            chosen.append(rng.choice([p for p in PREFECTURES if p not in chosen]))
            counties = []
            for prefecture in chosen:
                below = [c for c in COUNTIES if c[:4] == prefecture[:4]]
                counties += rng.sample(below, min(len(below), 3 * self.size))
            distances = [road_km(a, b) for a, b in combinations(counties, 2)]
            if min(distances) < 29 and max(distances) > 185:
                return chosen, counties

    def region(self, code: str) -> str:
        """Mostly the code, sometimes a name that fits one place only."""
        name = DIVISIONS[code]["name"]
        return name if name in PLAIN_NAMES and self.rng.random() < 0.25 else code

    def chain(self, code: str) -> str:
        """A chain by name or id."""
        return CHAINS[code] if self.rng.random() < 0.6 else code

    def type_(self, code: str) -> str:
        """A service type by name or id."""
        return TYPES[code] if self.rng.random() < 0.6 else code

    def day(self, offset: int) -> str:
        """AS_OF plus offset days, in one of the ways people write dates."""
        day = AS_OF + timedelta(days=offset)
        written = [
            day.isoformat(),
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
        ]
        return self.rng.choice(written)

    def several(self, cells: list[str]) -> str:
        """Several values in a cell."""
        return self.rng.choice(";；、").join(cells)

    def one_of(self, *weighted: tuple[float, str]) -> str:
        """A weighted choice."""
        return self.rng.choices([value for _, value in weighted], [weight for weight, _ in weighted])[0]

    def some_chain(self) -> str:
        """A chain, mostly one of the world's."""
        return self.rng.choice(self.chains) if self.rng.random() < 0.85 else self.rng.choice(sorted(CHAINS))

    def short(self, code: str) -> str:
        """A short place name for invented names."""
        return DIVISIONS[code]["name"][:2]

    def add(self, table: str, **cells: str) -> Row:
        """One row; blank cells stay blank."""
        self.tables[table].append(cells)
        return cells

    # --- demand ---

    def segments(self) -> None:
        """Chain segments with two- and three-digit codes, so that the longest prefix decides."""
        rows = self.tables["chain_nodes"] = []
        for number, (chain, length) in enumerate(zip(self.chains[:4], (2, 3, 2, 3), strict=True), 1):
            code = self.rng.choice(SEGMENT_CODES)[1][:length]
            other = f"9{self.rng.randrange(100) % 80:02d}0"[:length]
            rows.append(
                {
                    "chain": self.chain(chain),
                    "node": f"示例-环节-{number}",
                    "stage": self.rng.choice(["上游", "中游", "下游"]),
                    "industry": self.several([code, other]) if other != code else code,
                }
            )

    def industry(self) -> str:
        """A four-digit code: of a segment of the world's chains, of any segment, beside one, or of none."""
        rng = self.rng
        ours = [code for chain, code in SEGMENT_CODES if chain in self.chains]
        code = rng.choice(ours) if rng.random() < 0.6 else rng.choice(SEGMENT_CODES)[1]
        segments = self.tables.get("chain_nodes", [])
        prefixes = [p for row in segments for p in re.split("[;；、]", row["industry"])]
        draw = rng.random()
        if draw < 0.15:
            return rng.choice(["9610", "9700", "0612", "1200"])  # no reference segment
        if draw < 0.3:
            return code[:3] + str(rng.randrange(10))
        if draw < 0.55 and prefixes:
            return (rng.choice(prefixes) + f"{rng.randrange(100):02d}")[:4]
        return code

    def enterprise(self, region: str, *, bare: bool = False) -> Row:
        """An enterprise: stated chains, only a code, or neither."""
        number = len(self.tables["enterprises"]) + 1
        word = WORDS[number % len(WORDS)] + WORDS[(number * 7 + 3) % len(WORDS)]
        row = self.add(
            "enterprises",
            name=f"示例-{self.short(region)}-{word}企业-{number:03d}",
            region=self.region(region),
        )
        draw = self.rng.random()
        if not bare and draw < 0.55:
            count = self.rng.choice([1, 1, 1, 2, 3])
            row["chains"] = self.several([self.chain(c) for c in self.rng.sample(self.chains, count)])
        if not bare and (0.45 < draw < 0.9):  # some have both: the stated chains decide
            row["industry"] = self.industry()
        if self.rng.random() < 0.2:
            row["tags"] = self.rng.choice(["专精特新", "小巨人"])
        return row

    def counts(self, region: str, ages: list[int | None], *, zeros: bool = False) -> None:
        """demand_counts of distinct chains; an age in days for each row, None for no date."""
        picked = self.rng.sample(self.chains, min(len(ages), len(self.chains)))
        for chain, age in zip(picked, ages, strict=False):
            count = self.rng.choice([0, 50, 200, 350, 1000, 2500, 6000])
            row = self.add(
                "demand_counts",
                region=self.region(region),
                chain=self.chain(chain),
                count=str(0 if zeros else count),
            )
            if age is not None:
                row["as_of"] = self.day(-age)

    def demand(self) -> None:
        """Rows for every role; counties and some prefecture codes (市本级)."""
        rng = self.rng
        roles = list(COUNTY_ROLES)
        rng.shuffle(roles)
        roles = ["counts", *roles] * self.size
        for region, role in zip(self.counties, roles, strict=False):
            self.role[region] = role
        for region, role in zip(self.prefectures, rng.sample(PREFECTURE_ROLES, 4), strict=True):
            self.role[region] = role
        fresh: list[list[int | None]] = [[30] * 3, [0, 90, None], [200, 399, 1000], [-5, 10, 10, 10]]
        for region, role in self.role.items():
            if role in ("counts", "both"):
                self.counts(region, rng.choice(fresh))
            elif role in ("stale", "stale_but_enterprise"):
                self.counts(region, [401 + rng.randrange(900), 700])
            elif role == "zeros":
                self.counts(region, [20, 20], zeros=True)
            elif role == "undated":
                self.counts(region, [None, None])
            elif role == "mixed_age":
                self.counts(region, [800, rng.choice([None, 100])])
            elif role in ("limit_400", "limit_401"):
                self.counts(region, [int(role[-3:]), 900])
            if role in ("both", "enterprises"):
                for _ in range(rng.randint(4, 7)):
                    self.enterprise(region)
            elif role == "stale_but_enterprise":
                self.enterprise(region, bare=True)

    def needs(self) -> None:
        """Needs in the regions that may have them: they would make a stale or silent region known."""
        rng = self.rng
        named: dict[str, list[str]] = {}
        for row in self.tables["enterprises"]:
            code = next(c for c, d in DIVISIONS.items() if row["region"] in (c, d["name"]))
            named.setdefault(code[:4], []).append(row["name"])
        wanted = {"counts": 2, "both": 4, "enterprises": 3, "needs": 4, "closed_needs": 2}
        for region, role in self.role.items():
            for _ in range(wanted.get(role, 0)):
                row = self.add(
                    "needs",
                    id=f"XQ-{len(self.tables['needs']) + 1:03d}",
                    region=self.region(region),
                    service_type=self.type_(rng.choice(self.types + self.rare_types)),
                    state=rng.choice(["", "", "", "待对接", "待对接", "对接中", "已完成", "已关闭", "已取消"]),
                )
                if role == "closed_needs":
                    row["state"] = rng.choice(["已完成", "已关闭", "已取消"])
                if rng.random() < 0.5:
                    row["chain"] = self.chain(self.some_chain())
                if rng.random() < 0.5 and named.get(region[:4]):
                    row["enterprise"] = rng.choice(named[region[:4]])
                if rng.random() < 0.6:
                    row["quantity"] = str(rng.choice([1, 2, 5, 12, 40]))
                if rng.random() < 0.5:
                    row["date"] = self.day(-rng.randrange(300))

    # --- supply ---

    def organisation(self, region: str) -> str:
        """A new organisation there."""
        number = len(self.tables["organizations"]) + 1
        word = WORDS[number % len(WORDS)] + WORDS[(number * 5 + 1) % len(WORDS)]
        name = f"示例-{self.short(region)}-{word}机构-{number:02d}"
        kind = self.rng.choice(["服务机构", "高等院校", "科研院所", "行业协会", "企业"])
        self.add("organizations", name=name, kind=kind, region=self.region(region))
        self.home[name] = region
        return name

    def suppliers(self) -> None:
        """Organisations and carriers in counties, in prefectures known only as such, and in the province."""
        rng = self.rng
        for region in [PROVINCE, *self.prefectures[:3], *rng.sample(self.counties, 5)]:
            self.organisation(region)
        operators = [row["name"] for row in self.tables["organizations"]]
        sites = [PROVINCE, *rng.sample(self.prefectures, 2), *rng.sample(self.counties, 4)]
        for number, region in enumerate(sites, 1):
            row = self.add(
                "carriers",
                name=f"示例-{self.short(region)}-{WORDS[-number]}载体-{number:02d}",
                kind=rng.choice(["公共服务示范平台", "科技企业孵化器", "众创空间", "产业园区", "其他"]),
                region=self.region(region),
            )
            if rng.random() < 0.5:
                row["level"] = rng.choice(["国家级", "省级", "市级", "县级"])
            if rng.random() < 0.6:
                row["operator"] = rng.choice(operators)
            if rng.random() < 0.3:
                row["chains"] = self.chain(self.some_chain())  # the carrier's chains are not the resource's
            if rng.random() < 0.3:
                row["until"] = self.day(rng.choice([-400, -1, 100]))  # the carrier's validity does not matter

    def scope(self) -> str:
        """服务地区: none, a county, several, a prefecture, the province."""
        rng = self.rng
        kind = self.one_of((9, "none"), (3, "county"), (3, "several"), (3, "prefecture"), (3, "province"))
        if kind == "county":
            return self.region(rng.choice(self.counties))
        if kind == "several":
            codes = [*rng.sample(self.counties + self.prefectures, rng.randint(2, 3)), rng.choice(COUNTIES)]
            return self.several([self.region(code) for code in dict.fromkeys(codes)])
        if kind == "prefecture":
            return self.region(rng.choice(self.prefectures))
        return rng.choice(["四川省", PROVINCE]) if kind == "province" else ""

    def validity(self, row: Row) -> None:
        """Open, running, its first and last day, expired, not yet begun."""
        days: dict[str, tuple[int | None, int | None]] = {
            "none": (None, None),
            "running": (-500, 200),
            "first": (0, 300),
            "last": (-900, 0),
            "one_day": (0, 0),
            "expired": (None, -200),
            "yesterday": (-365, -1),
            "tomorrow": (1, None),
            "open_end": (-30, None),
        }
        since, until = days[self.rng.choice(["none"] * 6 + list(days))]
        if since is not None:
            row["since"] = self.day(since)
        if until is not None:
            row["until"] = self.day(until)

    def resource(self, provider: str, types: list[str], **cells: str) -> Row:
        """A resource with a name of its own."""
        number = len(self.tables["resources"]) + 1
        kind = self.rng.choice(["服务产品", "专家导师", "仪器设备", "技术成果", "场地", "资金", "培训"])
        name = f"示例-{kind}-{WORDS[number % len(WORDS)]}-{number:03d}"
        joined = self.several([self.type_(t) for t in types])
        return self.add("resources", name=name, kind=kind, service_types=joined, provider=provider, **cells)

    def resources(self) -> None:
        """Random resources; providers have several, so that some cover the same cell twice."""
        rng = self.rng
        carriers = [row["name"] for row in self.tables["carriers"]]
        for _ in range(rng.randint(20, 32) * self.size):
            types = rng.sample(self.types, rng.choice([1, 1, 2, 3]))
            if rng.random() < 0.1:
                types.append(rng.choice(self.rare_types))
            row = self.resource(rng.choice(list(self.home)), types)
            if rng.random() < 0.4:
                row["carrier"] = rng.choice(carriers)
            if rng.random() < 0.8:
                chains = dict.fromkeys(self.some_chain() for _ in range(rng.choice([1, 1, 2, 4])))
                row["chains"] = self.several([self.chain(c) for c in chains])
            row["serves"] = self.scope()
            row["modes"] = self.one_of((3, ""), (4, "线下"), (2, "线上"), (2, self.several(["线上", "线下"])))
            kind = self.one_of((4, "none"), (1, "zero"), (6, "small"), (5, "middle"), (2, "big"), (1, "fraction"))
            row["capacity"] = {
                "none": "",
                "zero": "0",
                "small": str(rng.randint(1, 25)),
                "middle": str(rng.randint(26, 300)),
                "big": str(rng.choice([3000, 20000, 150000])),
                "fraction": f"{rng.randint(1, 90)}.5",
            }[kind]
            if kind in ("middle", "big") and rng.random() < 0.4:
                row["used"] = str(rng.randint(0, int(row["capacity"])))  # coverage takes the whole capacity
            row["level"] = self.one_of((4, ""), (1, "国家级"), (2, "省级"), (2, "市级"), (2, "县级"))
            self.validity(row)

    def planted(self) -> None:
        """Cases that chance would make too seldom, each in a service type of its own."""
        rng = self.rng
        region = next(r for r, role in self.role.items() if role == "counts" and not r.endswith("00"))
        local = self.organisation(region)
        # A = 1 exactly: one resource whose capacity is the demand of its only cell.
        if rng.random() < 0.8:
            chain = rng.choice(sorted(set(CHAINS) - self.spoken(region)))
            count = rng.choice([50, 1000, 2500])
            self.add("demand_counts", region=region, chain=self.chain(chain), count=str(count), as_of=self.day(-3))
            cells = {"chains": self.chain(chain), "serves": region, "capacity": str(count // 50)}
            self.resource(local, [self.exact_type], **cells, modes=rng.choice(["", "线上"]))
        # Capacity 0 only: covered by somebody, and yet A = 0.
        nothing = {
            "capacity": "0",
            "level": rng.choice(["", "县级"]),
            "modes": rng.choice(["", "线下", "线上"]),
        }
        self.resource(local, [self.zero_type], **nothing)
        # Expired or not begun only.
        ended = self.resource(local, [self.late_type], serves=rng.choice(["", PROVINCE]), modes="线上")
        if rng.random() < 0.7:
            ended["until"] = self.day(-1)
        else:
            ended["since"] = self.day(1)
        # Two of one provider over the same cells, all of low level; the second covers less.
        for level, mode in (("市级", "线上"), ("县级", "线下")):
            self.resource(local, [self.low_type], level=level, modes=mode, capacity=str(rng.randint(1, 60)))

    def spoken(self, region: str) -> set[str]:
        """The chains the region's demand_counts speak of already."""
        names = {region, DIVISIONS[region]["name"]}
        cells = {row["chain"] for row in self.tables["demand_counts"] if row["region"] in names}
        return {code for code, name in CHAINS.items() if code in cells or name in cells}
