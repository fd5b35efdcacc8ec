"""A list of branches as banks, insurers, sellers and offices register them: all different, all named alike."""

import random

import pandas as pd

from graph.places.gazetteer import places, reference, short_name

BANKS = (
    "中国工商银行股份有限公司", "中国农业银行股份有限公司", "中国银行股份有限公司", "中国建设银行股份有限公司",
    "交通银行股份有限公司", "中国邮政储蓄银行股份有限公司", "四川银行股份有限公司", "成都银行股份有限公司",
    "四川农村商业联合银行股份有限公司", "绵阳市商业银行股份有限公司",
)  # fmt: skip
OTHERS = (
    ("中国人民财产保险股份有限公司", "营销服务部"), ("国药控股四川医药股份有限公司", "门市部"),
    ("华西证券股份有限公司", "证券营业部"), ("中国石油天然气股份有限公司四川", "加油站"),
    ("四川省烟草公司", "分公司"),
)  # fmt: skip
SPOTS = [
    "解放路",
    "人民路",
    "临园",
    "滨江路",
    "东街",
    "西街",
    "南门",
    "北门",
    "高新区",
    "开发区",
    "科技城",
    "广场",
    "新华街",
    "城东",
    "城南",
    "火车站",
    "政务中心",
]


def branches(count: int = 4000, seed: int = 5) -> pd.DataFrame:
    """Return ``count`` different branches, told apart by towns and streets: key, name, region, code (none)."""
    random_ = random.Random(seed)
    counties = [place for place in places().values() if place.is_county]
    towns = reference("townships").groupby("county_adcode")["name"].agg(list)
    found: dict[str, str] = {}
    while len(found) < count:
        county = random_.choice(counties)
        city = short_name(places()[county.prefecture].name)
        town = random_.choice(towns[county.code]).removesuffix("街道").removesuffix("镇").removesuffix("乡")
        spot = random_.choice([*SPOTS, town, town, short_name(county.name)])
        where = random_.choice([city + spot, short_name(county.name) + spot, city + short_name(county.name)])
        if random_.random() < 0.85:
            name = random_.choice(BANKS) + where + random_.choice(("支行", "支行", "支行", "分理处", "营业部", "分行"))
        else:
            body, end = random_.choice(OTHERS)
            name = body + where + end
        found.setdefault(name, county.code)
    rows = [(f"branch-{n:05d}", name, region, "") for n, (name, region) in enumerate(found.items())]
    return pd.DataFrame(rows, columns=["key", "name", "region", "code"])
