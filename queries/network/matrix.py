"""Which window takes care of which chain: windows × chains, itself or through its carriers."""

from collections import Counter
from datetime import date

import pandas as pd
from pydantic import Field

from graph.projection import plain_rows
from graph.stores.base import Store
from queries.answers import Answer, Result, meta
from queries.data_classes import BEHIND, by_group
from queries.network.gaps import ChainSites, chain_sites, told_of
from queries.network.nodes import NetworkFacts, network_facts
from queries.network.report import lines_up


class WindowChains(Result):
    """A window in service and how many chains it takes care of."""

    window: str
    window_name: str
    kind: str
    region_name: str | None
    chains: int = Field(description="自身或其载体声明服务的产业链数 / chains that it or its carriers say they serve")
    data_class: list[str] = Field(description=BEHIND)


class MatrixCell(Result):
    """One window and one chain that somebody says is served there; what is not listed is empty."""

    window: str
    window_name: str
    chain: str
    chain_name: str
    stated: bool = Field(description="窗口自身声明服务该产业链 / the window itself says it serves the chain")
    carriers: int = Field(description="归属该窗口、声明服务该产业链的载体数 / its carriers that say so")
    data_class: list[str] = Field(description=BEHIND)


class ChainMatrix(Result):
    """Windows × chains on the day."""

    windows: list[WindowChains] = Field(description="在运行的窗口，按标识 / windows in service, by key")
    chains: list[ChainSites] = Field(description="产业链及其集群窗口数、载体数 / chains and who serves them")
    cells: list[MatrixCell]


def chain_matrix(store: Store, *, as_of: date) -> Answer[ChainMatrix]:
    """Return which active window takes care of which chain, itself or through the active carriers that hang on it.

    A carrier hangs on the window to which it reports, as stated, else as the backbone implies. Carriers without an
    active window count for their chain only.
    """
    with store.read() as session:
        version, facts = network_facts(store, session)
    every = facts.sites_on(as_of)
    sites = every[every["active"]]
    windows = sites[sites["label"] == "Window"].rename(columns={"key": "window", "name": "window_name"})
    windows = windows[["window", "window_name", "kind", "region_name", "data_class"]]
    windows = windows.fillna({"window_name": "", "kind": ""})
    pairs = _pairs(facts, every, windows)
    cells = _cells(facts, pairs)
    found = ChainMatrix(
        windows=_windows(windows, pairs, cells),
        chains=told_of(chain_sites(facts, sites)),
        cells=[MatrixCell(**r) for r in plain_rows(cells)],
    )
    used = Counter(sites["data_class"].dropna())
    return Answer(data=found, meta=meta(version, {"view": "matrix", "as_of": as_of.isoformat()}, used))


def _windows(windows: pd.DataFrame, pairs: pd.DataFrame, cells: pd.DataFrame) -> list[WindowChains]:
    behind = by_group("window", windows, pairs)
    chains = windows["window"].map(cells["window"].value_counts()).fillna(0).astype(int)
    rows = windows.assign(chains=chains).drop(columns="data_class")
    return [WindowChains(**r, data_class=behind[r["window"]]) for r in plain_rows(rows)]


def _pairs(facts: NetworkFacts, sites: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """Return who says that a chain is served at a window: window, its name, chain, stated, carriers, data_class."""
    up = lines_up(facts, sites).drop_duplicates("source").set_index("source")["target"]
    running = sites[sites["active"]]
    served = facts.served.merge(running[["key", "data_class"]], on="key")
    by_carrier = served["key"].isin(running.loc[running["label"] == "Carrier", "key"])
    pairs = served.assign(
        window=served["key"].map(up).astype(object).where(by_carrier, served["key"]),
        stated=~by_carrier,
        carriers=by_carrier.astype(int),
    )
    pairs = pairs.astype({"window": object, "chain": object})
    return pairs.merge(windows[["window", "window_name"]], on="window")


def _cells(facts: NetworkFacts, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of :class:`MatrixCell`, sorted by window and chain."""
    by = ["window", "chain"]
    cells = pairs.groupby(by, as_index=False).agg({"window_name": "first", "stated": "any", "carriers": "sum"})
    behind = by_group(by, pairs)
    cells["data_class"] = pd.Series([behind[key] for key in zip(*(cells[c] for c in by), strict=True)], dtype=object)
    names = facts.chains.set_index("key")["name"]
    cells = cells.assign(chain_name=cells["chain"].map(names).fillna(cells["chain"]))
    return cells.sort_values(["window", "chain"])[list(MatrixCell.model_fields)]
