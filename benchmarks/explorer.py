"""The explorer in a browser without a GPU: first paint, a filter over four views, 100,000 sites, its bytes.

The peer of a filter is a dashboard on a server (as Metabase's): each view asks for its rows anew and is built
from the answer. On the store of SHUNIU_STORE; the sites are carriers in a store of their own.

SHUNIU_STORE=ladybug:///path python -m benchmarks.explorer
"""

import csv
import gzip
import random
import statistics
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from api.http.app import create_app
from api.settings import Settings, read_settings
from benchmarks._setting import machine, say, scratch, show
from graph.places.gazetteer import reference
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from queries.answers import today
from queries.coverage import CoverageQuestion
from tests.support.machine import BROWSER_ARGS, chromium
from tests.support.server import served
from viz.explorer.documents import explorer_documents
from viz.explorer.modules import modules, text_of
from viz.explorer.offline import write_explorer

PAINTS, SITES, LONG = 5, 100_000, 120_000
VIEWS = ("matrix", "map", "network", "table")
OURS = """async view => {
  const { go } = await import("/explorer/state.js"), { catalogue } = await import("/explorer/catalogue.js");
  const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const regions = [...catalogue.places.values()].filter(p => p.level === "prefecture").map(p => p.code);
  const types = ["SC01", "SC03", "SC05", "SC07", "SC09", "SC11"];
  const filters = [...regions.map(region => ({ region })), ...types.map(type => ({ region: "", type })), { type: "" }];
  go({ view }); await drawn(); await new Promise(done => setTimeout(done, 1500));
  const took = [];
  for (const filter of filters) {
    const begun = performance.now();
    go(filter, true);
    await drawn();
    took.push(performance.now() - begun);
  }
  go({ region: "", type: "" }, true);
  return took;
}"""
"""Milliseconds from each change of the filter to the frame that shows it."""
PEER = """async view => {
  const { catalogue } = await import("/explorer/catalogue.js");
  const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const regions = [...catalogue.places.values()].filter(p => p.level === "prefecture").map(p => p.code);
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
}"""
"""The same filters, each view asked for and built anew."""


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 stay under."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def opened(browser: Browser, address: str, until: str) -> tuple[Page, float]:
    """Open a page in a browser that knows nothing of it; return it and the seconds until something stands there."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    begun = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(until, state="attached", timeout=LONG)
    return page, time.perf_counter() - begun


def paints(browser: Browser, origin: str) -> list[float]:
    """Return seconds from the address to the overview's first sentence, the service warm and the browser cold."""
    opened(browser, origin, "h1#headline")[0].context.close()
    took = []
    for _ in range(PAINTS):
        page, seconds = opened(browser, origin, "h1#headline")
        took.append(seconds)
        page.context.close()
    return took


def filters(browser: Browser, origin: str) -> list[list[str]]:
    """Return a row for each view, and all four: ours, the peer's, the ratio."""
    ours: dict[str, list[float]] = {}
    peer: dict[str, list[float]] = {}
    for view in VIEWS:
        say(f"filters over {view} …")
        page, _ = opened(browser, origin, "h1#headline")
        ours[view] = page.evaluate(OURS, view)
        peer[view] = page.evaluate(PEER, view)
        page.context.close()
    for took in (ours, peer):
        took["all four"] = [sum(times) for times in zip(*took.values(), strict=True)]
    return [
        [v, f"{statistics.median(ours[v]):.0f}", f"{p95(ours[v]):.0f}", f"{statistics.median(peer[v]):.0f}",
         f"{p95(peer[v]):.0f}", f"{statistics.median(peer[v]) / statistics.median(ours[v]):.1f} ×"]
        for v in ours
    ]  # fmt: skip


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


def many(browser: Browser, folder: Path) -> list[list[str]]:
    """Return seconds until 100,000 sites can be used: by prefecture, by county, each by itself."""
    say(f"loading {SITES:,} sites …")
    with open_store(f"ladybug://{folder / 'sites.lbug'}") as store:
        ensure_reference(store)
        load(store, [carriers(folder / "carriers.csv")])
        rows = []
        with served(create_app(Settings(processes=0, read_seconds=60, cheap_seconds=60), store)) as origin:
            opened(browser, f"{origin}/?view=network", "g.spot")[0].context.close()
            for places, until in (("prefecture", "g.spot"), ("county", "g.spot"), ("site", ".dots[data-drawn]")):
                page, seconds = opened(browser, f"{origin}/?view=network&places={places}", until)
                way = page.locator(".dots").get_attribute("data-way") if places == "site" else "svg"
                rows.append([f"{SITES:,} sites by {places}", f"{seconds:.1f} s", str(way)])
                page.context.close()
        return rows


def sizes(browser: Browser, store: Store, folder: Path) -> list[list[str]]:
    """Return the bytes of the page's own files, and of the offline file with the seconds until it shows a cell."""
    files = [text_of(name).encode() for name in (*modules(), "explorer.css")]
    plain, packed = (sum(len(pack(f)) for f in files) / 1000 for pack in (bytes, gzip.compress))
    cells, answers = explorer_documents(store, CoverageQuestion(as_of=today()), reach_km=30)
    path = write_explorer(cells, answers, folder / "province.html", view="matrix")
    page, seconds = opened(browser, path.as_uri(), "[role=gridcell]")
    page.context.close()
    return [
        ["scripts and style", f"{plain:.0f} KB", f"{packed:.0f} KB gzip"],
        ["offline file", f"{path.stat().st_size / 1e6:.2f} MB", f"{seconds:.2f} s from the disk"],
    ]


def main() -> None:
    """Print first paint, filters against the peer, 100,000 sites, bytes."""
    with scratch() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*BROWSER_ARGS, "--disable-gpu"])
        with read_settings().open_store() as store:
            with served(create_app(Settings(processes=0, read_seconds=60, cheap_seconds=60), store)) as origin:
                took = paints(browser, origin)
                rows = filters(browser, origin)
            made = sizes(browser, store, folder)
        made += many(browser, folder)
        print(machine())
        print(f"\nfirst sentence of the overview: median {statistics.median(took):.2f} s, slowest {max(took):.2f} s\n")
        show(["filter to redrawn, ms", "median", "p95", "peer median", "peer p95", "ratio"], rows)
        print()
        show(["", "", ""], made)


if __name__ == "__main__":
    main()
