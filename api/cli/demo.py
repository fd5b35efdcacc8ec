"""``shuniu demo``: reference and sample data into a store, summary, picture and report, in one go."""

import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from api.cli.answers import graph_meta, show_gaps, show_targets
from api.cli.output import meta_line, out, table, tell_more
from api.cli.progress import load_progress, sample_progress
from api.settings import read_settings
from graph.clock import today
from graph.errors import HomeDamaged, StoreDamaged, StoreNewer, StoreOutdated
from graph.language import Lang, Text
from graph.stores.base import Store
from loaders.pipeline import load
from loaders.reference.graph import ensure_reference
from loaders.sample import write_sample
from loaders.tables import TABLES
from loaders.write.report import LoadReport
from queries.coverage import CoverageQuestion
from queries.kpi import kpi
from queries.network.report import network_graph
from queries.rankings import gap_rankings
from queries.snapshots import keep_month
from viz.network import write_network
from viz.report.build import build_reports, report_scope
from viz.report.compose import gap_document
from viz.report.writing import write_report

WORST = 10


def run_demo(folder: Path, scale: float, url: str | None, lang: Lang) -> None:
    """Run the demonstration into ``folder``; without a store of the user's, into one made anew in that folder.

    Raises:
        FileUnwritable, StoreProblem: nothing of the user's own is touched.
    """
    with sample_progress(lang) as progress:
        write_sample(folder / "sample", scale=scale, progress=progress)
    with _store(folder, url) as store:
        ensure_reference(store)
        with load_progress(lang) as progress:
            report = load(store, [folder / "sample"], progress=progress)
        last_month = today().replace(day=1) - timedelta(days=1)
        for day in (last_month, today()):
            keep_month(store, day)
        _show(store, report, lang)
        files = _files(store, folder)
        _next(store.url if url is None else "", [folder / "sample", *files], lang)


@contextmanager
def _store(folder: Path, url: str | None) -> Iterator[Store]:
    own = folder.absolute() / "shuniu.lbug"
    if url is None:
        with suppress(StoreDamaged, StoreOutdated, StoreNewer, HomeDamaged):  # but never one that is in use
            read_settings().open_store(f"ladybug://{own}").close()
        # The demonstration's own file; what an earlier one left would count twice.
        for left in (own, *own.parent.glob(f"{own.name}.*")):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    with read_settings().open_store(url or f"ladybug://{own}") as store:
        yield store


def _show(store: Store, report: LoadReport, lang: Lang) -> None:
    console = out()
    rows = [{**vars(t), "table": TABLES[t.table].label.get(lang)} for t in report.tables]
    fields = ["table", "read", "created", "updated", "unchanged", "merged", "rejected"]
    console.print(
        table(
            Text("载入了什么（全部为示例数据）", "What was loaded (all of it synthetic)").get(lang),
            fields,
            rows,
            lang,
        )
    )
    console.print()
    targets = kpi(store, as_of=today())
    show_targets(targets.data, lang)
    console.print(meta_line(targets.meta, lang))
    console.print()
    title = Text(f"最突出的 {WORST} 个缺口", f"The {WORST} worst gaps").get(lang)
    worst = gap_rankings(store, first=WORST)  # the report shows the same ones: what fills them is computed once
    rows = [gap.model_dump() for gap in worst.data.size.gaps]
    show_gaps(rows, ["region_name", "service_type"], "size", lang, title, per_place=worst.data.size.per_place)
    tell_more(len(rows), worst.data.size.total, lang)
    console.print(meta_line(worst.meta, lang))


def _files(store: Store, folder: Path) -> list[Path]:
    graph = network_graph(store, as_of=today())
    report = next(build_reports(store, [report_scope()], CoverageQuestion(as_of=today())))
    documents = {"gap-report": gap_document(report), "gap-report.en": gap_document(report, "en")}
    return [
        write_network(graph, folder / "network.html", meta=graph_meta(store, graph, today())),
        *(write_report(document, folder / f"{name}.html", "html") for name, document in documents.items()),
        *(write_report(documents["gap-report"], folder / f"gap-report.{form}", form) for form in ("docx", "pdf")),
    ]


def _next(url: str, files: list[Path], lang: Lang) -> None:
    console = out()
    console.print()
    console.print(Text("写出的文件", "Files written").get(lang), style="bold")
    for file in files:
        console.print(f"  {file}", soft_wrap=True)
    console.print()
    console.print(Text("接下来可以试试", "What to try next").get(lang), style="bold")
    store = f" --store {shlex.quote(url)}" if url else ""
    for command, what in (
        (f"gaps --region 阿坝州{store}", Text("某地的缺口", "gaps of a place")),
        (f"coverage --group-by zone,pillar{store}", Text("经济区 × 产业", "zones by pillars")),
        (f"snapshot diff{store}", Text("与上月相比变了什么", "what changed since last month")),
        (f"network{store}", Text("网络缺口", "gaps of the network")),
        (f"serve{store}", Text("HTTP 服务与文档页", "HTTP API and its documents")),
        ("template", Text("填报模板", "the template workbook")),
    ):
        console.print(f"  {_program()} {command}  # {what.get(lang)}", soft_wrap=True)


def _program() -> str:
    """Return how this program was called, so that what is shown can be copied."""
    called = sys.argv[0]
    return called if Path(called).name == "shuniu" and shutil.which("shuniu") != called else "shuniu"
