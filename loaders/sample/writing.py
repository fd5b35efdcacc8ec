"""Writes a whole sample: draws the tables in the order in which they refer to each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from graph.clock import today
from graph.errors import BadParameter, unwritable
from loaders.sample import cooperation, demand, feedback, institutions, ledger, sites, supply, supply_table
from loaders.sample.delivery import make_sites
from loaders.sample.draws import generator, scaled
from loaders.sample.province import Setting, read_province
from loaders.sample.seasons import day_number
from loaders.sample.services import World
from loaders.sample.writer import Progress, TableWriter, discard, take_places

SMALLEST_SCALE = 0.001
SOURCE_FILE = "source.yml"

_SOURCE = """\
source:
  zh: 示例数据：shuniu sample 按公开总量合成，仅供演示，不代表任何真实机构
  en: Sample data made by `shuniu sample` from published totals; for demonstration, about nobody real
data_class: SYNTHETIC
verification: secondary
about:
  seed: {seed}
  scale: {scale}
  as_of: {as_of}
"""


@dataclass(frozen=True)
class SampleSummary:
    """What a sample consists of: where it is, what made it, and how many rows each table has."""

    folder: Path
    seed: int
    scale: float
    as_of: date
    rows: dict[str, int]


def write_sample(
    folder: Path,
    *,
    scale: float = 1.0,
    seed: int = 2020,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> SampleSummary:
    """Write a sample into ``folder``: a CSV file a table, and ``source.yml``, which marks it as synthetic.

    The same ``seed``, ``scale`` and ``as_of`` (by default the last day of the previous month) give the same
    bytes. ``scale`` 1 has the volumes of ``sample_volume_plan.csv``; ``demand_counts`` sum to the published
    total at any scale. ``progress`` is told table, rows written and rows expected after each chunk.

    Raises:
        BadParameter: the scale is below 0.001 or the seed is negative.
        DiskFull, FileUnwritable: the folder or a file in it cannot be written; what was there before stays as it was.
    """
    if not SMALLEST_SCALE <= scale < float("inf"):
        raise BadParameter(name="scale", value=scale, reason=f">= {SMALLEST_SCALE}")
    if seed < 0:
        raise BadParameter(name="seed", value=seed, reason=">= 0")
    day = as_of or _end_of_last_month(today())
    job = _Job(folder, seed, scale, day, progress)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _all_or_nothing(folder):
            _write_tables(job)
            source = _SOURCE.format(seed=seed, scale=float(scale), as_of=day.isoformat())
            (folder / SOURCE_FILE).write_text(source, encoding="utf-8")
    except OSError as error:
        raise unwritable(folder, error) from error
    return SampleSummary(folder, seed, float(scale), day, job.rows)


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[None]:
    """Let the tables written inside take their places at the end, or discard them all."""
    try:
        yield
        take_places(folder)
    finally:
        discard(folder)


def _end_of_last_month(today: date) -> date:
    return today.replace(day=1) - timedelta(days=1)


@dataclass
class _Job:
    """One run: its parameters, and the rows written so far."""

    folder: Path
    seed: int
    scale: float
    day: date
    progress: Progress | None
    rows: dict[str, int] = field(default_factory=dict)

    def rng(self, table: str) -> np.random.Generator:
        return generator(self.seed, table)

    @contextmanager
    def table(self, name: str, expected: int) -> Iterator[TableWriter]:
        with TableWriter(self.folder, name, expected, self.progress) as writer:
            yield writer
        self.rows[name] = writer.rows


def _write_tables(job: _Job) -> None:
    setting = Setting(read_province(job.seed), job.scale, day_number(job.day))
    network = _write_network(job, setting)
    resources = _write_resources(job, setting, network)
    enterprises = _write_demand(job, setting)
    _write_cooperation(job, setting, network.organisations)
    sites_rng, hosting = job.rng("sites"), resources.carrier[resources.carrier >= 0]
    delivery = make_sites(sites_rng, setting.province, network, hosting)
    world = World(setting.province, network.organisations, resources, enterprises, delivery, setting.as_of)
    _write_ledger(job, world)


def _write_network(job: _Job, setting: Setting) -> sites.Network:
    rng = job.rng("organizations")
    organisations = institutions.make_organisations(rng, setting)
    with job.table("organizations", len(organisations)) as writer:
        institutions.write_organisations(writer, rng, setting, organisations)
    carriers_rng, stations_rng = job.rng("carriers"), job.rng("windows")
    present = sites.present_counties(job.rng("presence"), setting.province)
    carriers = sites.make_carriers(carriers_rng, setting, organisations, present)
    stations = sites.make_stations(stations_rng, setting, organisations, carriers, present)
    network = sites.Network(organisations, carriers, stations)
    with job.table("windows", len(setting.province.clusters) + len(stations)) as writer:
        sites.write_windows(writer, stations_rng, setting, network)
    with job.table("carriers", len(carriers)) as writer:
        sites.write_carriers(writer, carriers_rng, setting, network)
    return network


def _write_resources(job: _Job, setting: Setting, network: sites.Network) -> supply.Resources:
    rng = job.rng("resources")
    resources = supply.make_resources(rng, setting, network)
    with job.table("resources", len(resources)) as writer:
        supply_table.write_resources(writer, rng, setting, network, resources)
    return resources


def _write_demand(job: _Job, setting: Setting) -> demand.Enterprises:
    counts = demand.count_enterprises(job.rng("demand_counts"), setting.province)
    with job.table("demand_counts", int((counts > 0).sum())) as writer:
        demand.write_demand_counts(writer, setting, counts)
    rng = job.rng("enterprises")
    enterprises = demand.make_enterprises(rng, setting, counts)
    with job.table("enterprises", len(enterprises)) as writer:
        demand.write_enterprises(writer, rng, setting, enterprises, counts)
    with job.table("needs", scaled(demand.NEEDS, setting.scale)) as writer:
        demand.write_needs(writer, job.rng("needs"), setting, enterprises)
    return enterprises


def _write_cooperation(job: _Job, setting: Setting, organisations: institutions.Organisations) -> None:
    rng = job.rng("partnerships")
    partnerships = cooperation.make_partnerships(rng, setting, organisations)
    with job.table("partnerships", len(partnerships.a)) as writer:
        cooperation.write_partnerships(writer, rng, setting, organisations, partnerships)
    with job.table("activities", scaled(cooperation.ACTIVITIES, setting.scale)) as writer:
        cooperation.write_activities(writer, job.rng("activities"), setting, organisations)


def _write_ledger(job: _Job, world: World) -> None:
    rngs = job.rng("service_records"), job.rng("feedback")
    expected = ledger.records_expected(job.scale)
    with (
        job.table("service_records", expected) as records,
        job.table("feedback", round(expected * feedback.SHARE)) as answers,
    ):
        ledger.write_ledger(records, answers, rngs, world, job.day)
