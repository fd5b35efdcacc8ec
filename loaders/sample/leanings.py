"""Which chains are at home where: their usual sizes, and words of published names that point to them.

Editorial: only used to make a sample look plausible; no figure of a real place follows from it.
"""

from collections.abc import Iterable

import numpy as np

from graph.arrays import Floats

USUAL_SIZE = 1.0

SIZES = {
    "商业贸易": 6.0, "商务会展服务": 4.0, "科技信息服务": 3.0, "川派餐饮服务": 3.0, "软件与信息服务": 2.5,
    "现代物流": 2.5, "文体旅游": 2.5, "家庭社区服务": 2.0, "数字经济": 2.0, "人力资源服务": 1.8,
    "农产品精深加工": 1.6, "医疗康养服务": 1.5, "川菜（蔬菜）": 1.4, "川果": 1.3, "川猪": 1.3, "川粮油": 1.3,
    "智能装备": 1.2, "新材料": 1.2, "金融服务": 0.7, "川竹": 0.7, "现代农业装备": 0.6, "绿色化工": 0.6,
    "现代农业烘干冷链物流": 0.6, "川鱼": 0.6, "现代农业种业": 0.4, "轨道交通": 0.4, "航空与燃机": 0.35,
    "集成电路与新型显示": 0.5, "新一代网络技术": 0.6, "大数据": 0.7,
}  # fmt: skip
"""Relative number of private enterprises in a chain; others have the usual size."""

POINTERS = {
    "电子信息": ("集成电路与新型显示", "新一代网络技术"), "集成电路": ("集成电路与新型显示",),
    "显示": ("集成电路与新型显示",), "半导体": ("集成电路与新型显示",), "连接器": ("新一代网络技术",),
    "微波": ("新一代网络技术",), "电磁": ("新一代网络技术",), "网络信息": ("新一代网络技术",),
    "数谷": ("大数据",), "大数据": ("大数据",), "软件": ("软件与信息服务",),
    "人工智能": ("软件与信息服务", "数字经济"), "信息技术": ("软件与信息服务", "数字经济"),
    "航空": ("航空与燃机",), "无人机": ("航空与燃机", "智能装备"), "航天": ("航空与燃机",),
    "装备": ("智能装备",), "机械": ("智能装备",), "机器人": ("智能装备",), "智能制造": ("智能装备",),
    "轨道": ("轨道交通",), "汽车": ("新能源与智能汽车",), "汽摩": ("新能源与智能汽车",),
    "电池": ("新能源与智能汽车",), "锂电": ("新能源与智能汽车", "新材料"), "环保": ("节能环保",),
    "循环经济": ("节能环保",), "食品": ("农产品精深加工",), "调味品": ("农产品精深加工", "川菜（蔬菜）"),
    "饮料": ("农产品精深加工",), "白酒": ("优质白酒", "川酒"), "酿": ("优质白酒", "川酒"),
    "医": ("医药健康",), "生物技术药": ("医药健康",), "材料": ("新材料",), "钒钛": ("新材料",),
    "陶瓷": ("新材料",), "冶金": ("新材料",), "能源": ("清洁能源",), "光伏": ("清洁能源",),
    "水电": ("清洁能源",), "核技术": ("清洁能源",), "化工": ("绿色化工",), "粮": ("川粮油",),
    "稻": ("川粮油",), "油菜": ("川粮油",), "青稞": ("川粮油",), "猪": ("川猪",),
    "茶": ("川茶", "精制川茶"), "蔬": ("川菜（蔬菜）",), "食用菌": ("川菜（蔬菜）",), "桃": ("川果",),
    "橘": ("川果",), "柚": ("川果",), "梨": ("川果",), "葡萄": ("川果",), "荔枝": ("川果",),
    "芒果": ("川果",), "樱桃": ("川果",), "石榴": ("川果",), "枣": ("川果",), "果蔬": ("川果",),
    "麦冬": ("川药",), "药材": ("川药",), "牛": ("川牛羊（饲草）",), "羊": ("川牛羊（饲草）",),
    "渔": ("川鱼",), "水产": ("川鱼",), "物流": ("现代物流",),
}  # fmt: skip
"""Words in names of zones, clusters and agricultural parks, and the chains they point to."""

STRONGEST_POINTER_COUNT = 4


def sizes(chains: tuple[str, ...]) -> Floats:
    """Return the relative size of each chain."""
    return np.array([SIZES.get(chain, USUAL_SIZE) for chain in chains])


def pointer_counts(chains: tuple[str, ...], places: int, texts: Iterable[tuple[int, str]]) -> Floats:
    """Count, per place and chain, the texts that point to the chain, up to a limit."""
    column = {chain: i for i, chain in enumerate(chains)}
    counts = np.zeros((places, len(chains)))
    for place, text in texts:
        for chain in {c for word, targets in POINTERS.items() if word in text for c in targets}:
            counts[place, column[chain]] += 1
    return np.minimum(counts, STRONGEST_POINTER_COUNT)
