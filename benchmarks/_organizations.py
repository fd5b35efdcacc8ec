"""A labelled list of organisations: real namesakes, and one organisation under several spellings.

Nothing here comes from the matcher: the trade names, the lines of business, the slips of the pen and the traps are
written down apart, so that what the matcher does not know can hurt it.
"""

import random
from collections.abc import Callable

import pandas as pd

from graph.identity import USCC_ALPHABET, uscc_check_digit
from graph.places.gazetteer import places

TRADE = (
    "锦华瑞丰泰和盛达恒信德润天宏远鑫源博雅智创联科诺亿嘉康安宁海川江峰岳星辰明光耀辉云翔飞腾龙凤鼎金玉宝利通顺兴旺隆昌"
    "中正方圆启迪致尚维凯佳艺蓝青绿禾田园森林木土石火炬晨曦朗润泽沃丰众益民惠普蜀巴岷涪沱"
)
LINES = (
    "科技", "信息技术", "企业管理咨询", "机械制造", "环保科技", "生物科技", "食品", "农业开发", "建筑工程",
    "文化传播", "人力资源服务", "供应链管理", "检验检测", "知识产权代理", "财务咨询", "创业孵化", "新材料", "电子",
    "医疗器械", "智能装备", "软件", "物流", "教育咨询", "能源技术", "化工", "茶业", "酒业", "精密模具",
    "汽车零部件",
)  # fmt: skip
FORMS = ("有限公司", "有限责任公司", "股份有限公司")
BODIES = (
    "中小企业服务中心", "生产力促进中心", "中小企业协会", "民营经济促进会", "科技创业服务中心", "技术转移中心",
    "工业互联网产业联盟", "个体私营经济协会", "食品工业协会", "中小企业公共服务平台", "知识产权服务中心",
    "质量检验检测中心",
)  # fmt: skip
TOPICS = (
    "钒钛材料", "航空动力", "白酒酿造", "竹纤维", "核技术应用", "石墨烯", "页岩气", "中药材", "川猪育种",
    "北斗导航", "氢能装备", "锂电材料", "泡菜产业", "柠檬深加工",
)  # fmt: skip
SOUND_ALIKE = (
    "华桦", "锦景", "瑞锐", "丰峰", "恒衡", "信鑫", "润闰", "源原", "智致", "创闯", "联连", "嘉佳", "辉晖", "腾藤",
    "隆龙", "园圆",
)  # fmt: skip
LOOK_ALIKE = (
    "未末", "士土", "己已", "日曰", "大太", "天夭", "科料", "技枝", "限陨", "江汀", "治冶", "化比", "锐说", "木本",
    "玉王", "明朋",
)  # fmt: skip
TRADITIONAL = dict(zip(
    "华丰达恒兴龙凤宝联亿云飞腾业国机电农开发检验财务协会质车务医疗术",
    "華豐達恆興龍鳳寶聯億雲飛騰業國機電農開發檢驗財務協會質車務醫療術",
    strict=True,
))  # fmt: skip
SHORTER = (
    ("中小企业服务中心", "企服中心"), ("生产力促进中心", "生促中心"), ("技术转移中心", "技转中心"),
    ("信息技术", "信息"), ("企业管理咨询", "企管咨询"),
    ("检验检测", "检测"), ("人力资源服务", "人力资源"),
    ("供应链管理", "供应链"), ("知识产权代理", "知识产权"), ("科技创业服务中心", "科创中心"),
)  # fmt: skip
Variant = Callable[[random.Random, str], str]


def _code(random_: random.Random) -> str:
    body = "91" + "5107" + "".join(random_.choices(USCC_ALPHABET, k=11))
    return body + uscc_check_digit(body)


def _prefectures() -> list[str]:
    return [code for code in places() if code.endswith("00") and not code.endswith("0000")]


def _counties(prefecture: str) -> list[str]:
    return [code for code in places() if code[:4] == prefecture[:4] and code != prefecture]


def _company(random_: random.Random, region: str) -> str:
    city = places()[region[:4] + "00"].name
    before = random_.choice([city, city.removesuffix("市"), "四川", "四川省", ""])
    trade = "".join(random_.sample(TRADE, random_.choice([2, 2, 2, 3, 4])))
    return before + trade + random_.choice(LINES) + random_.choices(FORMS, [7, 3, 1])[0]


def _own(name: str, prefecture: str) -> str:
    city = places()[prefecture].name
    for before in (city, city.removesuffix("市"), "四川省", "四川"):
        name = name.removeprefix(before)
    return name


def _swap(random_: random.Random, name: str) -> str:
    at = random_.randrange(2, len(name) - 3)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _confuse(groups: tuple[str, ...]) -> Variant:
    def confuse(random_: random.Random, name: str) -> str:
        options = [(at, g.replace(c, "")) for at, c in enumerate(name) for g in groups if c in g]
        if not options:
            return _lose(random_, name)
        at, instead = random_.choice(options)
        return name[:at] + instead + name[at + 1 :]

    return confuse


def _lose(random_: random.Random, name: str) -> str:
    # Without its ordinal 第一分公司 names nobody any more: no label would be right.
    at = random_.choice([at for at in range(4, len(name) - 1) if name[at] not in "第一二三"])
    return name[:at] + name[at + 1 :]


def _form(random_: random.Random, name: str) -> str:
    if "有限责任公司" in name:
        return name.replace("有限责任公司", random_.choice(["有限公司", "公司", ""]))
    if "股份有限公司" in name:
        return name.replace("股份有限公司", random_.choice(["有限公司", "公司", ""]))
    return name.replace("有限公司", random_.choice(["有限责任公司", "公司", ""]))


def _place(_: random.Random, name: str) -> str:
    for place in places().values():
        if place.code.endswith("00") and name.startswith(place.name):
            return name.removeprefix(place.name).removeprefix("市") or name
    return name.removeprefix("四川省") if name.startswith("四川省") else "四川" + name.removeprefix("四川")


def _city(random_: random.Random, name: str) -> str:
    for place in places().values():
        if place.code.endswith("00") and place.name.endswith("市") and name.startswith(place.name[:-1]):
            rest = name.removeprefix(place.name[:-1]).removeprefix("市")
            return random_.choice(["四川省" + place.name, place.name[:-1], place.name, "四川" + place.name[:-1]]) + rest
    return name.replace("四川", "四川省", 1) if "四川省" not in name else name


def _brackets(random_: random.Random, name: str) -> str:
    for form in FORMS:
        if name.endswith(form):
            return name.removesuffix(form) + random_.choice(["（四川）", "(四川)", "【四川】"]) + form
    return name[:2] + "　" + name[2:]


def _traditional(_: random.Random, name: str) -> str:
    return "".join(TRADITIONAL.get(c, c) for c in name)


def _short(random_: random.Random, name: str) -> str:
    for long, short in SHORTER:
        if long in name:
            return name.replace(long, short).replace("有限责任公司", "").replace("有限公司", "")
    return _form(random_, name)


VARIANTS: dict[str, Variant] = {
    "as it is": lambda _, name: name,
    "legal form": _form,
    "city's spelling": _city,
    "place dropped or added": _place,
    "brackets": _brackets,
    "traditional": _traditional,
    "abbreviated": _short,
    "sounds alike": _confuse(SOUND_ALIKE),
    "looks alike": _confuse(LOOK_ALIKE),
    "a character lost": _lose,
    "two characters swapped": _swap,
}


def _registered(name: str) -> str:
    """Return what a register keeps unique: it enters no 四川省兴龙 beside 四川兴龙, 责任 or not."""
    return name.replace("四川省", "四川").replace("市", "").replace("有限责任公司", "有限公司")


def _originals(random_: random.Random, count: int) -> list[tuple[str, str]]:
    """Return different organisations: names and regions, traps among them."""
    found = [(p.full_name if random_.random() < 0.5 else p.name, p.code) for p in places().values() if len(p.name) > 2]
    found = [(name + body, code) for name, code in found for body in random_.sample(BODIES, 3) if code != "510000"]
    for prefecture in _prefectures():
        for topic in random_.sample(TOPICS, 5):
            city = places()[prefecture].name
            found += [(f"{city}{topic}{end}", prefecture) for end in ("研究院", "研究所", "产业协会", "产业联盟")]
        for number in "一二三":
            found += [
                (f"{places()[prefecture].name}第{number}{end}", prefecture) for end in ("建筑工程公司", "职业技术学校")
            ]
    while len(found) < count:
        prefecture = random_.choice(_prefectures()) if random_.random() < 0.6 else "510100"
        region = random_.choice(_counties(prefecture))
        name = _company(random_, region)
        found.append((name, region))
        trap = random_.random()
        city = places()[prefecture].name.removesuffix("市")
        if trap < 0.04:
            found += [(f"{name}{branch}", region) for branch in (f"{city}分公司", "第一分公司", "第二分公司")]
        elif trap < 0.07:
            found += [(f"{city}{side}{_own(name, prefecture)}", region) for side in "东西南北"]
        elif trap < 0.10:  # the same trade name in another line of business
            trade = "".join(random_.sample(TRADE, 2))
            found += [(f"{city}{trade}{line}有限公司", region) for line in random_.sample(LINES, 3)]
        elif trap < 0.12:
            found += [(name.replace("有限", "实业发展有限"), random_.choice(_counties(prefecture)))]
    unique = {_registered(name): (name, region) for name, region in reversed(found)}
    return random_.sample(list(unique.values()), min(count, len(unique)))


def labelled(count: int = 5000, seed: int = 4, duplicates: float = 0.2) -> pd.DataFrame:
    """Return ``count`` rows: key, name, region, code, truth (equal for one organisation), variant (how it is spelt).

    ``duplicates`` is the share of rows that are another spelling of an organisation that is there already.
    """
    random_ = random.Random(seed)
    again = int(count * duplicates)
    rows = []
    for truth, (name, region) in enumerate(_originals(random_, count - again)):
        rows.append((name, region, _code(random_) if random_.random() < 0.6 else "", truth, "original"))
    for name, region, code, truth, _ in random_.sample(rows, again):
        variant = random_.choice(list(VARIANTS))
        spelt = VARIANTS[variant](random_, name)
        if random_.random() < 0.15:
            spelt = VARIANTS["city's spelling"](random_, spelt)
        where = random_.choice(_counties(region)) if random_.random() < 0.15 else region
        known = code if random_.random() < 0.3 else ""
        rows.append((spelt, where, known, truth, variant))
    random_.shuffle(rows)
    table = pd.DataFrame(rows, columns=["name", "region", "code", "truth", "variant"])
    return table.assign(key=[f"organization-{n:06d}" for n in range(len(table))])
