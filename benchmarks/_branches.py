"""Lists of branches as banks, insurers, sellers and offices have them: all different, all named alike."""

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


SELLERS = (
    "中国移动通信集团四川有限公司", "中国电信股份有限公司", "中国人寿保险股份有限公司", "中国平安财产保险股份有限公司",
    "四川省烟草公司", "国网四川省电力公司", "四川锦瑞建设工程有限公司", "四川安泰物业管理有限公司",
)  # fmt: skip
OF_TOWNS = (
    "{county}{town}卫生院", "{county}{town}中心卫生院", "{county}公安局{short}派出所",
    "{county}市场监督管理局{short}市场监督管理所", "{bank}{short}支行", "{bank}{short}分理处",
    "{county}{town}便民服务中心", "中国邮政储蓄银行股份有限公司{county}{short}营业所", "{county}{short}小学",
    "{county}{short}初级中学", "{county}司法局{short}司法所", "国网四川省电力公司{county}供电分公司{short}供电所",
    "{county}{short}农村信用合作社",
    "中国石油天然气股份有限公司四川{city}销售分公司{short}加油站", "{county}{town}综合文化站",
    "{county}{town}农业综合服务中心", "{county}{town}退役军人服务站",
)  # fmt: skip
OF_COUNTIES = (
    "{bank}营业部", "{bank}{place}支行", "{prefecture}公安局{county}分局",
    "中国邮政储蓄银行股份有限公司{city}{place}支行",
    "国家税务总局{prefecture}{county}税务局第一税务分局", "国家税务总局{prefecture}{county}税务局第二税务分局",
    "四川锦瑞建设工程有限公司{city}第一分公司", "四川锦瑞建设工程有限公司{city}第二分公司",
)  # fmt: skip


def local_bodies(count: int = 4000, seed: int = 5) -> pd.DataFrame:
    """Return ``count`` different bodies of counties and townships, as :func:`branches`: offices, schools, clinics."""
    random_ = random.Random(seed)
    towns = reference("townships").groupby("county_adcode")["name"].agg(list)
    found: dict[str, str] = {}
    for county in (place for place in places().values() if place.is_county):
        place, prefecture = short_name(county.name), places()[county.prefecture].name
        words = {
            "county": county.name, "place": place, "prefecture": prefecture, "city": short_name(prefecture),
            "bank": f"四川{place}农村商业银行股份有限公司",
        }  # fmt: skip
        names = [form.format(**words) for form in OF_COUNTIES]
        for seller in SELLERS:
            where = random_.choice([place, words["city"] + place, prefecture + county.name])
            names.append(seller + where + random_.choice(["分公司", "支公司", "营业厅"]))
        for town in random_.sample(towns[county.code], min(9, len(towns[county.code]))):
            short = town.removesuffix("街道").removesuffix("镇").removesuffix("乡")
            forms = random_.sample(OF_TOWNS, 12)
            if OF_TOWNS[0] in forms and OF_TOWNS[1] in forms:
                forms.remove(OF_TOWNS[1])  # a township has one of them
            names += [form.format(**words, town=town, short=short) for form in forms]
        for name in names:
            found.setdefault(name, county.code)
    rows = random_.sample(sorted(found.items()), count)
    table = [(f"local-{n:05d}", name, region, "") for n, (name, region) in enumerate(rows)]
    return pd.DataFrame(table, columns=["key", "name", "region", "code"])
