"""产业链环节与产业链关系: segments of chains and what feeds what."""

import pandas as pd

from graph.language import Text
from loaders.parse import cells
from loaders.parse.specialities import listed_industries
from loaders.tables.base import Batch, Table
from loaders.tables.columns import Column, chain, term, text


def build_nodes(batch: Batch) -> None:
    """Each row is a segment of a chain with its stage and national industries."""
    rows = batch.rows
    keys = batch.directory.identify("ChainSegment", rows["chain"] + "/" + rows["node"], pd.Series("", index=rows.index))
    batch.about("ChainSegment", keys)
    batch.node("ChainSegment", keys, rows["node"], stage=rows["stage"])
    batch.link("BELONGS_TO", "ChainSegment", "Chain", keys, rows["chain"])
    codes = rows["industries"].dropna().explode()
    strange = codes[~codes.isin(listed_industries())]  # the listed have their names, and their own source
    batch.node("Industry", strange, strange)
    batch.link("CLASSIFIED_AS", "ChainSegment", "Industry", keys, rows["industries"])


def build_links(batch: Batch) -> None:
    """Each row says that one segment of a chain feeds another."""
    ends = []
    for column in ("source", "target"):
        rows = batch.rows
        found = batch.directory.find(("ChainSegment",), rows["chain"] + "/" + rows[column])
        batch.reject(found["error"], column)
        ends.append(found["key"])
    left = batch.rows.index
    identity = pd.DataFrame({"from_key": ends[0].loc[left], "to_key": ends[1].loc[left]})
    batch.about_relationship("FEEDS", "ChainSegment", "ChainSegment", identity)
    batch.link("FEEDS", "ChainSegment", "ChainSegment", identity["from_key"], identity["to_key"])


CHAIN_NODES = Table(
    "chain_nodes",
    Text("产业链环节", "Chain segments"),
    (
        chain(required=True),
        text("node", "环节", required=True),
        term("stage", "位置", "chain_stages"),
        Column("industries", "行业代码", cells.many(cells.industry_code), many=True, aliases=("industry",)),
    ),
    build_nodes,
    Text("产业链的上中下游环节及其国民经济行业代码。", "Segments of a chain with stage and GB/T 4754 codes."),
    naming="node",
    examples=(
        {"chain": "优质白酒", "node": "示例-酿酒专用粮", "stage": "上游", "industries": "0111"},
        {"chain": "优质白酒", "node": "示例-白酒文旅", "stage": "下游", "industries": "7291；7869"},
    ),
)

CHAIN_LINKS = Table(
    "chain_links",
    Text("产业链关系", "Chain links"),
    (
        chain(required=True),
        text("source", "从", required=True),
        text("target", "到", required=True),
    ),
    build_links,
    Text("环节之间的供给关系。", "Which segment feeds which."),
    naming="source",
    examples=({"chain": "优质白酒", "source": "示例-酿酒专用粮", "target": "示例-白酒文旅"},),
)
