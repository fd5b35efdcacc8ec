"""The real province a sample is placed in: divisions, chains, windows and the volume plan."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from graph.arrays import Bools, Floats, Ints
from loaders.sample import leanings
from loaders.sample.draws import generator
from loaders.sample.weaknesses import UNREPORTED_COUNTIES

PROVINCE_NAME = "四川省"

Rows = list[dict[str, str]]

_TYPE_WEIGHTS = {"市辖区": 3.0, "县级市": 1.8, "县": 1.0, "自治县": 0.7}
_SEAT_DECAY_KM = 60.0
_KM_PER_DEGREE = 111.2
_MIDDLE_LATITUDE = 30.5


@dataclass(frozen=True)
class ClusterWindow:
    """A synthetic cluster window, by place in the province's lists; ``place`` is its county's or prefecture's name."""

    name: str
    place: str
    prefecture: int
    chain: int


@dataclass(frozen=True)
class Province:
    """Places and chains as parallel lists; other modules speak of them by index.

    ``weights`` sum to 1 within each prefecture, ``shares`` over prefectures, ``leaning`` (counties × chains)
    in each county; ``distances`` (prefectures × prefectures) are in km between seats.
    """

    prefecture_codes: tuple[str, ...]
    prefectures: tuple[str, ...]
    short_names: tuple[str, ...]
    shares: Floats
    distances: Floats
    hub: str
    windows: tuple[str, ...]
    county_codes: tuple[str, ...]
    counties: tuple[str, ...]
    prefecture_of: Ints
    lon: Floats
    lat: Floats
    weights: Floats
    reported: Bools
    chains: tuple[str, ...]
    chain_industries: tuple[tuple[str, ...], ...]
    leaning: Floats
    service_types: tuple[str, ...]
    clusters: tuple[ClusterWindow, ...]
    plan: dict[str, Floats]

    def spread(self, rng: np.random.Generator, per_prefecture: Ints, weights: Floats) -> Ints:
        """Draw counties for so many things in each prefecture; the result is ordered by county."""
        counts = np.zeros(len(self.counties), dtype=np.int64)
        for prefecture, number in enumerate(per_prefecture):
            inside = np.flatnonzero(self.prefecture_of == prefecture)
            chances = weights[inside] / weights[inside].sum()
            counts[inside] = rng.multinomial(int(number), chances)
        return np.repeat(np.arange(len(counts)), counts)


@dataclass(frozen=True)
class Setting:
    """What all tables of a sample share; ``as_of`` in days since 1970-01-01."""

    province: Province
    scale: float
    as_of: int


def read_province(seed: int) -> Province:
    """Read the reference data and draw what they leave open: weights, chain leanings, who does not report."""
    rng = generator(seed, "province")
    rows = _rows("divisions.csv")
    prefectures = [r for r in rows if r["level"] == "2"]
    counties = [r for r in rows if r["level"] == "3"]
    place = {r["adcode"]: i for i, r in enumerate(prefectures)}
    prefecture_of = np.array([place[r["parent_adcode"]] for r in counties])
    chains = tuple(r["chain"] for r in _rows("industry_chains.csv"))
    plan = {r["adcode"]: r for r in _rows("sample_volume_plan.csv")}
    weights = _county_weights(rng, prefectures, counties, prefecture_of)
    return Province(
        prefecture_codes=tuple(place),
        prefectures=tuple(r["name"] for r in prefectures),
        short_names=tuple(_short(r["name"]) for r in prefectures),
        shares=np.array([float(plan[code]["weight"]) for code in place]),
        distances=_kilometres(_points(prefectures), _points(prefectures)),
        hub=_hub(),
        windows=_prefecture_windows(place),
        county_codes=tuple(r["adcode"] for r in counties),
        counties=tuple(r["city"] + r["name"] for r in counties),
        prefecture_of=prefecture_of,
        lon=_points(counties)[:, 0],
        lat=_points(counties)[:, 1],
        weights=weights,
        reported=_reported(rng, tuple(place), prefecture_of, weights),
        chains=chains,
        chain_industries=_chain_industries(chains),
        leaning=_leaning(rng, chains, place, [r["adcode"] for r in counties], prefecture_of),
        service_types=tuple(r["category"] for r in _rows("service_types.csv")),
        clusters=tuple(
            _cluster_windows(
                place,
                chains,
                {r["adcode"]: r["city"] + r["name"] for r in counties} | {r["adcode"]: r["name"] for r in prefectures},
            )
        ),
        plan={c: np.array([float(plan[code][c]) for code in place]) for c in _plan_columns(plan)},
    )


def _rows(name: str) -> Rows:
    text = files("graph").joinpath("reference", name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def _short(name: str) -> str:
    return name[:2] if name.endswith("自治州") else name.removesuffix("市")


def _plan_columns(plan: dict[str, dict[str, str]]) -> list[str]:
    described = {"data_class", "adcode", "city", "source", "verification"}
    return [c for c in next(iter(plan.values())) if c not in described]


def _points(rows: Rows) -> Floats:
    return np.array([[float(r["seat_lon"]), float(r["seat_lat"])] for r in rows])


def _kilometres(a: Floats, b: Floats) -> Floats:
    """Distances on a plane map: good enough to say what is near (not for analysis)."""
    scale = _KM_PER_DEGREE * np.array([np.cos(np.radians(_MIDDLE_LATITUDE)), 1.0])
    apart: Floats = (a[:, None] - b[None]) * scale
    return np.asarray(np.hypot(apart[..., 0], apart[..., 1]))


def _county_weights(rng: np.random.Generator, prefectures: Rows, counties: Rows, prefecture_of: Ints) -> Floats:
    seats = _kilometres(_points(counties), _points(prefectures))[np.arange(len(counties)), prefecture_of]
    urban = np.array([_TYPE_WEIGHTS[r["type"]] for r in counties])
    weights = urban * (0.3 + np.exp(-seats / _SEAT_DECAY_KM)) * rng.lognormal(0.0, 0.25, len(counties))
    return np.asarray(weights / np.bincount(prefecture_of, weights)[prefecture_of])


def _reported(rng: np.random.Generator, codes: tuple[str, ...], prefecture_of: Ints, weights: Floats) -> Bools:
    """Leave out some counties, never a prefecture's largest."""
    reported = np.ones(len(prefecture_of), dtype=np.bool_)
    for code, number in UNREPORTED_COUNTIES.items():
        inside = np.flatnonzero(prefecture_of == codes.index(code))
        smaller = inside[inside != inside[np.argmax(weights[inside])]]
        reported[rng.choice(smaller, number, replace=False)] = False
    return reported


def _leaning(
    rng: np.random.Generator,
    chains: tuple[str, ...],
    place: dict[str, int],
    counties: list[str],
    prefecture_of: Ints,
) -> Floats:
    column = {code: i for i, code in enumerate(counties)}
    published = list(_published_texts())
    here = leanings.pointer_counts(chains, len(counties), ((column[c], t) for c, t in published if c in column))
    around = leanings.pointer_counts(
        chains, len(place), ((place[c[:4] + "00"], t) for c, t in published if c[:4] + "00" in place)
    )
    taste = rng.lognormal(0.0, 0.5, (len(place), len(chains)))[prefecture_of]
    county_taste = rng.lognormal(0.0, 0.45, (len(counties), len(chains)))
    strength = leanings.sizes(chains) * taste * county_taste * (1 + 0.6 * around[prefecture_of]) * (1 + here)
    return np.asarray(strength / strength.sum(axis=1, keepdims=True))


def _published_texts() -> Iterator[tuple[str, str]]:
    """Yield the division code and the telling words of published zones, clusters and parks."""
    for r in _rows("zones.csv"):
        yield r["adcode"], f"{r['name']} {r['leading_industries']}"
    for r in _rows("industry_clusters.csv"):
        yield r["adcode"], r["name"]
    for r in _rows("agri_parks.csv"):
        yield r["adcode"], r["crop"]


def _chain_industries(chains: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    codes: dict[str, list[str]] = {chain: [] for chain in chains}
    for r in _rows("chain_nodes.csv"):
        codes[r["chain"]] += r["gbt4754_codes"].split(";")
    return tuple(tuple(dict.fromkeys(codes[chain])) for chain in chains)


def _prefecture_windows(place: dict[str, int]) -> tuple[str, ...]:
    windows = [r for r in _rows("network_windows.csv") if r["window_type"] == "市（州）窗口平台"]
    labels = {r["adcode"]: r["label"] for r in windows}
    return tuple(labels[code] for code in place)


def _hub() -> str:
    return next(r["label"] for r in _rows("network_windows.csv") if r["window_type"] == "省级枢纽平台")


def _cluster_windows(place: dict[str, int], chains: tuple[str, ...], names: dict[str, str]) -> Iterator[ClusterWindow]:
    for r in _rows("sample_cluster_windows.csv"):
        prefecture = place[r["adcode"][:4] + "00"]
        yield ClusterWindow(r["label"], names[r["adcode"]], prefecture, chains.index(r["chain_hint"]))
