"""The explorer in a browser without a GPU, part by part, each within minutes.

first-paint  seconds from the address to the overview's first sentence, and the bytes of scripts and style
filters      milliseconds from a change of the filter to its frame, over all four views, against a peer
offline      bytes of the file of all cells, and seconds until a browser shows it from the disk
sites        seconds until 100,000 sites can be used

The peer of a filter is a dashboard on a server (as Metabase's): each view asks for its rows anew and is built
from the answer. Seconds on the clock are the best of a few, as a busy machine only adds to them; beside them stands
what the browser computed. On the store of SHUNIU_STORE; the sites are carriers in a store of their own.

SHUNIU_STORE=ladybug:///path python -m benchmarks.explorer [--part filters]
"""

import argparse
import csv
import gzip
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from api.http.app import create_app
from api.settings import Settings, read_settings
from benchmarks._setting import machine, say, scratch, show
from graph.clock import today
from graph.places.gazetteer import reference
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.coverage import CoverageQuestion
from tests.support.machine import BROWSER_ARGS, chromium
from tests.support.server import served
from viz.explorer.documents import explorer_documents
from viz.explorer.offline import page_script, page_style, write_explorer

PAINTS, ROUNDS, SITES, LONG = 5, 3, 100_000, 120_000
VIEWS = ("matrix", "map", "network", "table")
REGIONS = """(await (await fetch("/explorer/catalogue.json")).json()).places
    .filter(p => p.level === "prefecture").map(p => p.code)"""
OURS = """async view => {
  const go = patch => {
    const asked = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(patch)) asked.set(name, value);
    history.replaceState(null, "", `?${asked}`);
    dispatchEvent(new PopStateEvent("popstate"));
  };
  const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const regions = REGIONS;
  const types = ["SC01", "SC03", "SC05", "SC07", "SC09", "SC11"];
  const filters = [...regions.map(region => ({ region })), ...types.map(type => ({ region: "", type })), { type: "" }];
  go({ view }); await drawn(); await new Promise(done => setTimeout(done, 1500));
  const took = [];
  for (const filter of filters) {
    const begun = performance.now();
    go(filter);
    await drawn();
    took.push(performance.now() - begun);
  }
  return took;
}""".replace("REGIONS", REGIONS)
"""Milliseconds from each change of the filter to the frame that shows it."""
PEER = """async view => {
  const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const regions = REGIONS;
  const types = ["SC01", "SC03", "SC05", "SC07", "SC09", "SC11"];
  const filters = [...regions.map(r => `&region=${r}`), ...types.map(t => `&service_type=${t}`), ""];
  const asks = {
    matrix: f => `/v1/coverage?group_by=county,service_type&limit=1000${f}`,
    map: f => `/v1/coverage?group_by=county&limit=1000${f}`,
    network: f => `/v1/network?view=graph${f.startsWith("&region") ? f.replace("region", "prefecture") : ""}`,
    table: f => `/v1/coverage?limit=1000${f}`,
  };
  const box = document.createElement("div"); document.body.replaceChildren(box);
  const took = [];
  for (const f of filters) {
    const begun = performance.now();
    const { data } = await (await fetch(asks[view](f))).json();
    const table = document.createElement("table");
    for (const row of Array.isArray(data) ? data : data.nodes) {
      const line = table.insertRow();
      for (const value of Object.values(row)) line.insertCell().textContent = String(value ?? "");
    }
    box.replaceChildren(table); await drawn(); took.push(performance.now() - begun);
  }
  return took;
}""".replace("REGIONS", REGIONS)
"""The same filters, each view asked for and built anew."""


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 stay under."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def computed() -> float:
    """Return the seconds that the browser's processes have computed."""
    return sum(sum(p.cpu_times()[:2]) for p in psutil.Process().children(recursive=True) if p.is_running())


def opened(browser: Browser, address: str, until: str) -> tuple[Page, float, float]:
    """Open a page in a browser that knows nothing of it; return it, seconds until something stands there, and CPU."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    begun, before = time.perf_counter(), computed()
    page.goto(address)
    page.wait_for_selector(until, state="attached", timeout=LONG)
    return page, time.perf_counter() - begun, computed() - before


def closed(browser: Browser, address: str, until: str) -> tuple[float, float]:
    """Open a page and close it; return seconds until something stands there, and CPU."""
    page, *took = opened(browser, address, until)
    page.context.close()
    return took[0], took[1]


def least(took: list[tuple[float, float]]) -> list[str]:
    """Return the least seconds and the least CPU of a few openings."""
    return [f"{min(values):.2f}" for values in zip(*took, strict=True)]


def first_paint(browser: Browser, store: Store, _: Path) -> None:
    """Print seconds to the overview's first sentence, the service warm and the browser cold; and bytes."""
    with service(store) as origin:
        closed(browser, origin, "h1#headline")
        took = [closed(browser, origin, "h1#headline") for _ in range(PAINTS)]
    files = [text.encode() for text in (page_script(), page_style())]
    plain, packed = (sum(len(pack(f)) for f in files) / 1000 for pack in (bytes, gzip.compress))
    median = statistics.median(seconds for seconds, _ in took)
    show(["first sentence of the overview", "best s", "CPU s", "median s"], [["", *least(took), f"{median:.2f}"]])
    print(f"\nscripts and style: {plain:.0f} KB, {packed:.0f} KB gzip")


def filters(browser: Browser, store: Store, _: Path) -> None:
    """Print a row for each view, and all four: ours, the peer's, the ratio; each filter by its best of a few rounds."""
    ours: dict[str, list[float]] = {}
    peer: dict[str, list[float]] = {}
    cpu: dict[str, float] = {}
    with service(store) as origin:
        for view in VIEWS:
            say(f"filters over {view} …")
            rounds = []
            for _ in range(ROUNDS):
                page, *_ = opened(browser, origin, "h1#headline")
                before = computed()
                rounds.append(page.evaluate(OURS, view))
                cpu[view] = (computed() - before) / len(rounds[-1]) * 1000
                if len(rounds) == ROUNDS:
                    peer[view] = page.evaluate(PEER, view)
                page.context.close()
            ours[view] = [min(times) for times in zip(*rounds, strict=True)]
    for took in (ours, peer):
        took["all four"] = [sum(times) for times in zip(*took.values(), strict=True)]
    cpu["all four"] = sum(cpu.values())
    show(
        ["filter to redrawn, ms", "median", "p95", "CPU", "peer median", "peer p95", "ratio"],
        [
            [v, f"{statistics.median(ours[v]):.0f}", f"{p95(ours[v]):.0f}", f"{cpu[v]:.0f}",
             f"{statistics.median(peer[v]):.0f}", f"{p95(peer[v]):.0f}",
             f"{statistics.median(peer[v]) / statistics.median(ours[v]):.1f} ×"]
            for v in ours
        ],
    )  # fmt: skip


def offline(browser: Browser, store: Store, folder: Path) -> None:
    """Print the bytes of the offline file, and the seconds until it shows a cell."""
    cells, answers = explorer_documents(store, CoverageQuestion(as_of=today()), reach_km=30)
    path = write_explorer(cells, answers, folder / "province.html", view="matrix")
    took = [closed(browser, path.as_uri(), "[role=gridcell]") for _ in range(ROUNDS)]
    number = len(cells["regions"]) * len(cells["chains"]) * len(cells["types"])
    show(
        [f"offline file of {number:,} cells", "MB", "best s", "CPU s"],
        [["from the disk to its cells", f"{path.stat().st_size / 1e6:.2f}", *least(took)]],
    )


def carriers(file: Path) -> Path:
    """Write 100,000 carriers round the seats of all counties, and return the file."""
    rng, counties = random.Random(7), reference("divisions").query("level == '3'").to_dict("records")
    with file.open("w", newline="", encoding="utf-8") as opened_file:
        lines = csv.writer(opened_file)
        lines.writerow(["名称", "类型", "级别", "所在地区", "经度", "纬度"])
        for number in range(SITES):
            place: dict[str, Any] = rng.choice(counties)
            lon, lat = (float(place[f"rep_{axis}"]) + rng.gauss(0, 0.08) for axis in ("lon", "lat"))
            lines.writerow(
                [f"{place['name']}第{number}号载体", "众创空间", "市级", place["adcode"], f"{lon:.5f}", f"{lat:.5f}"]
            )
    return file


def sites(browser: Browser, _: Store, folder: Path) -> None:
    """Print seconds until 100,000 sites can be used: by prefecture, by county, each by itself."""
    say(f"loading {SITES:,} sites …")
    rows = []
    with open_store(f"ladybug://{folder / 'sites.lbug'}") as store:
        ensure_reference(store)
        load(store, [carriers(folder / "carriers.csv")])
        with service(store) as origin:
            closed(browser, f"{origin}/?view=network", "g.spot")
            for places, until in (("prefecture", "g.spot"), ("county", "g.spot"), ("site", ".dots[data-drawn]")):
                say(f"by {places} …")
                address = f"{origin}/?view=network&places={places}"
                took = [closed(browser, address, until) for _ in range(ROUNDS)]
                rows.append([f"by {places}", *least(took)])
    show([f"{SITES:,} sites until usable", "best s", "CPU s"], rows)


PARTS = {"first-paint": first_paint, "filters": filters, "offline": offline, "sites": sites}


@contextmanager
def service(store: Store) -> Iterator[str]:
    """Serve a store; yield the address."""
    with served(create_app(Settings(processes=0, read_seconds=60, cheap_seconds=60), store)) as origin:
        yield origin


def main() -> None:
    """Print the figures of one part, or of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    for name in parser.parse_args().part or PARTS:
        with scratch() as folder, sync_playwright() as playwright, read_settings().open_store() as store:
            browser = playwright.chromium.launch(executable_path=chromium(), args=[*BROWSER_ARGS, "--disable-gpu"])
            PARTS[name](browser, store, folder)
            print(f"\n{machine()}\n", flush=True)
            browser.close()


if __name__ == "__main__":
    main()
