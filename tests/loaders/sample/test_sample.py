"""A sample is deterministic, has the published totals, and says nothing about anyone real."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from graph.errors import BadParameter, FileUnwritable
from loaders.sample import SampleSummary, write_sample
from loaders.sample.draws import (
    CHUNK_ROWS,
    choose_distinct,
    generator,
    largest_remainder,
    running_number,
    within,
)
from loaders.sample.headers import HEADERS
from loaders.sample.seasons import day_number, months_ending, spring_festival
from loaders.tables import TABLES

REFERENCE = Path(__file__).parents[3] / "graph" / "reference"
AS_OF = date(2026, 9, 30)
SCALE = 0.02
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
SYNTHETIC_NAME = re.compile(r"示例-[^-]{2,3}-[^-]+-\d{3,}")
SYNTHETIC_ID = re.compile(r"示例-[A-Z]{2}-\d{8}")


def read(folder: Path, table: str) -> pd.DataFrame:
    """Read a table by field name, all cells as text, blanks as empty text."""
    frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return frame.rename(columns={zh: name for name, zh in HEADERS[table].items()})


def reference(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(tmp_path_factory.mktemp("sample"), scale=SCALE, as_of=AS_OF)


@pytest.fixture(scope="module")
def folder(summary: SampleSummary) -> Path:
    return summary.folder


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pd.DataFrame]:
    return {table: read(folder, table) for table in HEADERS}


def check_character(code: str) -> str:
    total = sum(ALPHABET.index(c) * w for c, w in zip(code[:17], WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check(body: str) -> str:
    check = 11 - sum(int(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return "X" if check == 10 else str(check % 11)


# --- the same sample twice ---------------------------------------------------------------------------


DIGESTS = {
    "activities": "ec3078ad69ad",
    "carriers": "5a53080b3f0f",
    "demand_counts": "9a2237a08e0d",
    "enterprises": "db19c17ab7cc",
    "feedback": "dc8e48f348a0",
    "needs": "87ccdc67b74d",
    "organizations": "d39128b00a3c",
    "partnerships": "570a95e05256",
    "resources": "c85f595d3fe8",
    "service_records": "4bd66860b8e6",
    "source": "65dbe9dc258f",
    "windows": "85caad517bd2",
}
"""First signs of each file's SHA-256. Figures of the docs and the benchmarks are of a sample: who changes what is drawn
changes them, and states the new digests here."""


def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    """On every machine and in every version, until a version means to change them."""
    write_sample(tmp_path, scale=0.005, seed=7, as_of=AS_OF)
    made = {p.stem: hashlib.sha256(p.read_bytes()).hexdigest()[:12] for p in tmp_path.iterdir()}
    assert made == DIGESTS
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*(f"{t}.csv" for t in HEADERS), "source.yml"])


def test_another_seed_gives_another_sample(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_sample(tmp_path / str(seed), scale=0.001, seed=seed, as_of=AS_OF)
    for table in HEADERS:
        assert (tmp_path / "1" / f"{table}.csv").read_bytes() != (tmp_path / "2" / f"{table}.csv").read_bytes()


def test_tables_draw_from_generators_of_their_own() -> None:
    assert generator(1, "a").random() == generator(1, "a").random() != generator(1, "b").random()


# --- form ---------------------------------------------------------------------------------------------


def test_headers_are_those_of_the_input_tables() -> None:
    assert {t: {c.name: c.zh for c in TABLES[t].columns} for t in HEADERS} == HEADERS


def test_files_begin_with_a_byte_order_mark_and_the_headers(folder: Path) -> None:
    for table, headers in HEADERS.items():
        first = (folder / f"{table}.csv").read_bytes().split(b"\n", 1)[0]
        assert first == b"\xef\xbb\xbf" + ",".join(headers.values()).encode()


def test_source_file_marks_the_sample_as_synthetic(folder: Path) -> None:
    source = yaml.safe_load((folder / "source.yml").read_text(encoding="utf-8"))
    assert source.pop("source").keys() == {"zh", "en"}
    assert source == {
        "data_class": "SYNTHETIC",
        "verification": "secondary",
        "about": {"seed": 2020, "scale": SCALE, "as_of": AS_OF},
    }


def test_summary_counts_the_rows_of_every_file(summary: SampleSummary, tables: dict[str, pd.DataFrame]) -> None:
    assert summary.rows == {table: len(rows) for table, rows in tables.items()}
    assert (summary.seed, summary.scale, summary.as_of) == (2020, SCALE, AS_OF)


def test_every_cell_is_one_the_loaders_can_read(tables: dict[str, pd.DataFrame]) -> None:
    for table, rows in tables.items():
        for column in TABLES[table].columns:
            values = rows[column.name]
            assert not column.required or values.ne("").all(), (table, column.name)
            for value in values[values.ne("")].unique():
                assert column.parse is None or column.parse(value) is not None


# --- totals -------------------------------------------------------------------------------------------


def test_volumes_follow_the_plan(tables: dict[str, pd.DataFrame]) -> None:
    planned = {
        "organizations": 4210,
        "carriers": 932,
        "resources": 5320,
        "enterprises": 20_000,
        "needs": 2000,
        "service_records": 1_040_000,
        "partnerships": 1500,
        "activities": 800,
    }
    for table, rows in planned.items():
        assert len(tables[table]) == pytest.approx(rows * SCALE, abs=3), table
    assert len(tables["feedback"]) == pytest.approx(0.01 * len(tables["service_records"]), rel=0.2)


def test_demand_counts_spread_the_published_enterprises_exactly(tables: dict[str, pd.DataFrame]) -> None:
    counts = tables["demand_counts"]["count"].astype(int)
    assert counts.sum() == 2_442_000
    assert counts.min() > 0
    assert not tables["demand_counts"].duplicated(["region", "chain"]).any()


def test_capacity_is_that_of_the_plan(tables: dict[str, pd.DataFrame]) -> None:
    capacity = pd.to_numeric(tables["resources"]["capacity"])
    assert capacity.sum() == pytest.approx(550_000 * SCALE, rel=0.03)
    assert capacity.fillna(100).sum() == pytest.approx(550_000 * SCALE, rel=0.03)
    assert 0 < capacity.isna().mean() < 0.06


def test_use_is_a_plausible_part_of_the_capacity(tables: dict[str, pd.DataFrame]) -> None:
    used = pd.to_numeric(tables["resources"]["used"]) / pd.to_numeric(tables["resources"]["capacity"])
    assert 0.6 < used.mean() < 0.9
    assert used.max() < 1.25  # small capacities are rounded


def test_smallest_scale_has_rows_in_every_table(tmp_path: Path) -> None:
    summary = write_sample(tmp_path, scale=0.001, as_of=AS_OF)
    assert summary.rows.keys() == HEADERS.keys()
    assert min(summary.rows.values()) > 0
    assert read(tmp_path, "demand_counts")["count"].astype(int).sum() == 2_442_000


# --- nothing about anyone real ------------------------------------------------------------------------


def test_all_names_are_marked_as_synthetic(tables: dict[str, pd.DataFrame]) -> None:
    for table in ("organizations", "windows", "carriers", "resources", "enterprises", "activities"):
        names = tables[table]["name"]
        if table == "windows":
            clusters = names[tables[table]["kind"] == "产业集群窗口"]
            assert list(clusters) == list(reference("sample_cluster_windows")["label"])
            names = names.drop(clusters.index)
        assert names.map(SYNTHETIC_NAME.fullmatch).notna().all(), table
        assert names.is_unique, table
    for table in ("needs", "service_records", "feedback"):
        assert tables[table]["id"].map(SYNTHETIC_ID.fullmatch).notna().all(), table
        assert tables[table]["id"].is_unique, table


def test_no_fact_is_attributed_to_a_real_organisation(tables: dict[str, pd.DataFrame]) -> None:
    windows = reference("network_windows")
    lists = ("carriers_public", "zones", "industry_clusters", "agri_parks", "universities")
    real = {name for file in lists for name in reference(file)["name"]}
    real |= set(windows.label) | set(windows.known_operator)
    real.discard("")
    speaking_of = {
        "windows": ("name", "operator"),
        "carriers": ("name", "operator"),
        "resources": ("name", "provider", "carrier"),
        "enterprises": ("name",),
        "needs": ("enterprise",),
        "service_records": ("provider", "resource", "carrier", "enterprise"),
        "partnerships": ("a", "b"),
        "activities": ("organizer",),
        "feedback": ("record",),
    }
    for table, columns in speaking_of.items():
        for column in columns:
            values = set(tables[table][column]) - {""}
            assert not values & real, (table, column)
            assert all(v.startswith(("示例-", "[示例]")) for v in values), (table, column)


def test_mentions_are_of_things_that_other_tables_list(tables: dict[str, pd.DataFrame]) -> None:
    labels = reference("network_windows")
    organisations, enterprises = set(tables["organizations"]["name"]), set(tables["enterprises"]["name"])
    carriers, windows = set(tables["carriers"]["name"]), set(tables["windows"]["name"])
    resources, records = set(tables["resources"]["name"]), set(tables["service_records"]["id"])
    known = {
        ("windows", "operator"): organisations,
        ("windows", "parent"): set(labels["label"]) | windows,
        ("carriers", "operator"): organisations,
        ("carriers", "window"): set(labels["label"]) | windows,
        ("resources", "provider"): organisations,
        ("resources", "carrier"): carriers,
        ("needs", "enterprise"): enterprises,
        ("service_records", "provider"): organisations,
        ("service_records", "resource"): resources,
        ("service_records", "carrier"): carriers | windows,
        ("service_records", "enterprise"): enterprises,
        ("partnerships", "a"): organisations,
        ("partnerships", "b"): organisations,
        ("activities", "organizer"): organisations,
        ("feedback", "record"): records,
    }
    for (table, column), names in known.items():
        assert set(tables[table][column]) - {""} <= names, (table, column)


def test_no_contacts_are_invented(tables: dict[str, pd.DataFrame]) -> None:
    for column in ("contact_name", "contact_phone", "address"):
        assert tables["organizations"][column].eq("").all()


def test_social_credit_codes_are_formally_valid_unassigned_and_unique(
    tables: dict[str, pd.DataFrame],
) -> None:
    vectors = json.loads((REFERENCE / "uscc_test_vectors.json").read_text(encoding="utf-8"))
    assert all(v["code"][17] == check_character(v["code"]) for v in vectors["valid"])
    codes = pd.concat([tables["organizations"]["uscc"], tables["enterprises"]["uscc"]])
    assert codes.is_unique
    for code in codes:
        assert len(code) == 18
        assert code[2:8] == "519999"
        assert code[16] == organisation_check(code[8:16])
        assert code[17] == check_character(code)


# --- weak places on purpose ---------------------------------------------------------------------------


def test_unreported_counties_have_no_demand_enterprises_needs_or_services(
    tables: dict[str, pd.DataFrame],
) -> None:
    divisions = reference("divisions")
    counties = divisions[divisions.level == "3"]
    name = dict(zip(counties.city + counties.name, counties.adcode, strict=True))
    reporting = {name[r] for r in tables["demand_counts"]["region"]}
    silent = set(counties.adcode) - reporting
    assert 3 <= len(silent) <= 6
    assert {code[:4] for code in silent} == {"5132", "5133"}
    for table in ("enterprises", "needs"):
        assert not {name[r] for r in tables[table]["region"]} & silent
    assert not set(tables["service_records"]["region"]) & silent


def test_not_every_county_has_every_chain(tables: dict[str, pd.DataFrame]) -> None:
    per_county = tables["demand_counts"].groupby("region").size()
    assert per_county.min() >= 15
    assert per_county.mean() < 39


def test_enterprises_lie_in_cells_that_have_demand(tables: dict[str, pd.DataFrame]) -> None:
    counted = set(zip(tables["demand_counts"]["region"], tables["demand_counts"]["chain"], strict=True))
    rows = tables["enterprises"].assign(chain=tables["enterprises"]["chains"].str.split("；")).explode("chain")
    stated = rows[rows.chain.ne("")]
    assert set(zip(stated.region, stated.chain, strict=True)) <= counted


def test_enterprises_without_a_chain_have_codes_of_chains_of_their_county(
    tables: dict[str, pd.DataFrame],
) -> None:
    counted = set(zip(tables["demand_counts"]["region"], tables["demand_counts"]["chain"], strict=True))
    nodes = reference("chain_nodes")
    chains_of: dict[str, set[str]] = {}
    for chain, codes in zip(nodes.chain, nodes.gbt4754_codes, strict=True):
        for code in codes.split(";"):
            chains_of.setdefault(code, set()).add(chain)
    unstated = tables["enterprises"][tables["enterprises"].chains.eq("")]
    assert len(unstated)
    for region, code in zip(unstated.region, unstated.industry, strict=True):
        assert all((region, chain) in counted for chain in chains_of[code])


def test_scarce_types_and_chains_have_little_supply(tables: dict[str, pd.DataFrame]) -> None:
    types = tables["resources"]["service_types"].str.split("；").explode().value_counts()
    assert types.get("对外合作", 0) < 0.5 * types.median()
    assert types.get("产学研协同", 0) < 0.5 * types.median()
    chains = tables["resources"]["chains"].str.split("；").explode()
    scarce = chains.isin(["现代农业烘干冷链物流", "川竹", "航空与燃机", "家庭社区服务"])
    assert scarce.mean() < 0.02


# --- the ledger ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = tables["service_records"]
    day = pd.to_datetime(rows["date"])
    satisfaction = pd.to_numeric(rows["satisfaction"])
    return rows.assign(date=day, month=day.dt.to_period("M"), satisfaction=satisfaction)


def test_ledger_covers_24_months_in_order(ledger: pd.DataFrame) -> None:
    assert ledger["date"].is_monotonic_increasing
    assert str(ledger["month"].min()) == "2024-10"
    assert str(ledger["month"].max()) == "2026-09"
    assert ledger["month"].nunique() == 24


def test_ledger_has_seasons_and_grows(ledger: pd.DataFrame) -> None:
    monthly = ledger.groupby("month").size()
    typical = monthly.median()
    for year in (2025, 2026):
        festival = pd.Timestamp("1970-01-01") + pd.Timedelta(days=spring_festival(year))
        around = ledger["date"].between(festival - pd.Timedelta(days=5), festival + pd.Timedelta(days=9))
        assert around.sum() / 15 < 0.55 * typical / 30.4
    assert monthly["2024-12"] > 1.1 * monthly["2024-10":"2025-09"].median()
    assert monthly["2025-10":].sum() > 1.03 * monthly[:"2025-09"].sum()


def test_more_than_half_of_the_last_years_services_are_online(ledger: pd.DataFrame) -> None:
    online = ledger["mode"].eq("线上")
    last_year = ledger["date"] > pd.Timestamp(2025, 9, 30)
    assert 0.5 < online[last_year].mean() < 0.54
    assert online[~last_year].mean() < 0.48


def test_most_but_not_all_sites_satisfy(ledger: pd.DataFrame) -> None:
    rated = ledger.dropna(subset=["satisfaction"])
    satisfied = rated["satisfaction"].ge(4)
    assert satisfied.mean() > 0.9
    assert 0.1 < ledger["satisfaction"].isna().mean() < 0.3
    sites = satisfied.groupby(rated["carrier"]).agg(["mean", "size"])
    busy = sites[sites["size"] > 60].drop(index="")
    assert busy["mean"].min() < 0.88


def test_who_serves_beyond_home(tables: dict[str, pd.DataFrame]) -> None:
    """The whole province: provincial or online ones; or home and one or two neighbours; most say nothing."""
    resources = tables["resources"]
    wide = resources[resources["serves"] == "四川省"]
    assert len(wide) > 3
    assert (wide["modes"].eq("线上") | wide["level"].isin(["国家级", "省级"])).all()
    places = resources.loc[resources["serves"].ne("") & resources["serves"].ne("四川省"), "serves"].str.split("；")
    assert set(places.map(len)) == {2, 3}
    assert places.map(lambda named: len(set(named)) == len(named)).all()
    assert 0.7 < resources["serves"].eq("").mean() < 0.95


def test_services_use_resources_within_their_validity(tables: dict[str, pd.DataFrame], ledger: pd.DataFrame) -> None:
    offered = tables["resources"].set_index("name")[["provider", "since", "until"]]
    resources = offered.rename(columns={"provider": "offered_by"})
    named = ledger[ledger["resource"].ne("")].join(resources, on="resource")
    assert named["provider"].eq(named["offered_by"]).all()
    assert (pd.to_datetime(named["since"]) <= named["date"]).all()
    until = pd.to_datetime(named["until"].where(named["until"].ne("")))
    assert (until.isna() | (until >= named["date"])).all()


def test_feedback_follows_its_record(tables: dict[str, pd.DataFrame], ledger: pd.DataFrame) -> None:
    served = ledger.set_index("id")["date"].rename("served")
    feedback = tables["feedback"].join(served, on="record")
    day, closed = pd.to_datetime(feedback["date"]), pd.to_datetime(feedback["closed"].replace("", None))
    assert (day >= feedback["served"]).all()
    assert (closed.isna() | (closed >= day)).all()
    assert max(day.max(), closed.max()) <= pd.Timestamp(AS_OF)


def test_partnerships_form_triangles_and_leave_cells_empty(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["partnerships"]
    assert not rows.duplicated(["a", "b", "dimension"]).any()
    assert (rows["a"] != rows["b"]).all()
    neighbours: dict[str, set[str]] = {}
    for a, b in zip(rows["a"], rows["b"], strict=True):
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    assert any(neighbours[a] & neighbours[b] for a, b in zip(rows["a"], rows["b"], strict=True))
    assert rows["content"].nunique() < 240


# --- parameters, progress, faults ---------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.0, -1.0, 0.0009, float("nan"), float("inf")])
def test_a_scale_out_of_range_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(BadParameter):
        write_sample(tmp_path / "sample", scale=scale)
    assert not (tmp_path / "sample").exists()


def test_a_negative_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadParameter):
        write_sample(tmp_path, seed=-1)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileUnwritable, match="file"):
        write_sample(tmp_path / "file" / "sample", scale=0.001)


def test_an_interrupted_sample_leaves_what_was_there_before(tmp_path: Path) -> None:
    def interrupt(table: str, _done: int, _expected: int) -> None:
        if table == "service_records":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path, scale=0.001, as_of=AS_OF, progress=interrupt)
    assert not list(tmp_path.iterdir())
    write_sample(tmp_path, scale=0.001, as_of=AS_OF)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path, scale=0.002, as_of=AS_OF, progress=interrupt)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_by_default_a_sample_ends_with_the_last_month(tmp_path: Path) -> None:
    summary = write_sample(tmp_path, scale=0.001)
    today = date.today()
    assert summary.as_of < today.replace(day=1)
    assert (today - summary.as_of).days <= 31


def test_a_sample_may_end_within_a_month(tmp_path: Path) -> None:
    summary = write_sample(tmp_path, scale=0.001, as_of=date(2024, 2, 29))
    days = read(tmp_path, "service_records")["date"]
    assert summary.rows["service_records"] == 1040
    assert days.min() >= "2022-03-01"
    assert days.max() <= "2024-02-29"


# --- the parts it is made of --------------------------------------------------------------------------


def test_largest_remainder_equals_a_naive_count() -> None:
    rng = np.random.default_rng(0)
    for total in (0, 1, 7, 1000):
        weights = rng.random(9) * rng.integers(0, 2, 9) + 1e-3
        quotas = [total * w / sum(weights) for w in weights]
        naive = [int(q) for q in quotas]
        by_remainder = sorted(range(9), key=lambda i: naive[i] - quotas[i])
        for i in by_remainder[: total - sum(naive)]:
            naive[i] += 1
        assert largest_remainder(total, weights).tolist() == naive


def test_running_numbers_count_within_groups() -> None:
    assert running_number(np.array([2, 1, 2, 2, 1])).tolist() == [1, 1, 2, 3, 2]


def test_distinct_choices_respect_counts_and_zero_weights() -> None:
    rng = np.random.default_rng(0)
    drawn = choose_distinct(rng, np.tile([1.0, 0.0, 2.0, 3.0], (200, 1)), np.full(200, 4))
    assert all(sorted(row) == [-1, 0, 2, 3] for row in drawn.tolist())
    assert choose_distinct(rng, np.ones((2, 3)), np.array([0, 1]))[0].tolist() == [-1]


def test_a_draw_within_an_empty_range_is_none() -> None:
    drawn = within(np.random.default_rng(0), np.array([5, 7]), np.array([0, 2]))
    assert drawn[0] == -1
    assert drawn[1] in (7, 8)


@pytest.mark.parametrize(
    ("year", "first_day"),
    [
        (2020, "2020-01-25"),
        (2023, "2023-01-22"),
        (2024, "2024-02-10"),
        (2025, "2025-01-29"),
        (2026, "2026-02-17"),
    ],
)
def test_spring_festival_is_right_within_a_day(year: int, first_day: str) -> None:
    assert abs(spring_festival(year) - day_number(date.fromisoformat(first_day))) <= 1


def test_months_meet_without_gap_or_overlap() -> None:
    for as_of in (AS_OF, date(2026, 2, 14), date(2024, 2, 29), date(2025, 12, 31)):
        months = months_ending(as_of)
        assert months[-1][1] == day_number(as_of)
        assert all(after[0] == before[1] + 1 for before, after in pairwise(months))
        assert 729 <= months[-1][1] - months[0][0] <= 732


# --- full size ----------------------------------------------------------------------------------------

_FULL = """
import json, sys
from datetime import date
from pathlib import Path
from loaders.sample import write_sample
steps = {}
def note(table, done, expected):
    steps.setdefault(table, [0]).append(done)
summary = write_sample(Path(sys.argv[1]), as_of=date(2026, 9, 30), progress=note)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"rows": summary.rows, "steps": steps, "peak_kb": int(peak.split()[1])}))
"""


@pytest.mark.slow
def test_the_full_sample_is_streamed_and_has_the_planned_volumes(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    told = json.loads(run.stdout)
    assert told["rows"]["service_records"] == 1_040_000
    for table, steps in told["steps"].items():
        assert steps[-1] == told["rows"][table]
        assert max(np.diff(steps)) <= CHUNK_ROWS
    assert told["peak_kb"] < 500 * 1024
    resources, stations, carriers = (read(tmp_path, t) for t in ("resources", "windows", "carriers"))
    capacity = pd.to_numeric(resources["capacity"])
    assert capacity.sum() == pytest.approx(550_000, rel=0.02)
    assert capacity.fillna(100).sum() == pytest.approx(550_000, rel=0.02)
    assert 0.03 < resources["until"].between("0", AS_OF.isoformat()).mean() < 0.07
    assert 0.25 < resources["chains"].eq("").mean() < 0.35
    stations = stations[stations["kind"] == "服务站点"]
    present = set(stations.loc[stations["until"].eq(""), "region"]) | set(carriers["region"])
    assert 0.6 < len(present) / 183 < 0.7
    weak = resources["name"].str.contains("-阿坝-|-甘孜-")
    assert 0 < weak.sum() < 80
    with (tmp_path / "service_records.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert sum(1 for _ in csv.reader(lines)) == 1_040_001
