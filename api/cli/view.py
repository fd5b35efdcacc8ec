"""The command that writes pictures as pages."""

from collections.abc import Callable
from pathlib import Path

import typer

from api.cli.answers import graph_meta
from api.cli.options import Day, KnownAt, Language, Place, Region, StandardA, StoreUrl, opened, read_day, speak
from api.cli.output import check_writable, say
from api.questions.codes import region_code
from api.questions.declaration import REACH_KM, STANDARD
from api.settings import read_settings
from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import PROVINCE, places
from queries.coverage import CoverageQuestion
from queries.network.report import network_graph
from viz.explorer.documents import explorer_documents
from viz.explorer.offline import OfflineView, write_explorer
from viz.network import write_network

app = typer.Typer(no_args_is_help=True, help="生成图页 / write a picture as a page")

EXPLORERS: tuple[tuple[str, OfflineView, Text], ...] = (
    (
        "province",
        "overview",
        Text("全省一览：概览、矩阵、地图、网络与明细", "the province: overview, matrix, map, network and table"),
    ),
    ("matrix", "matrix", Text("同一文件，先打开矩阵", "the same file, opening at the matrix")),
    ("map", "map", Text("同一文件，先打开地图", "the same file, opening at the map")),
    ("chain", "chains", Text("同一文件，先打开产业链", "the same file, opening at the chains")),
)
"""Commands that write the explorer as one file, with the view at which it opens."""


@app.callback()
def _view() -> None:
    """生成图页 / write a picture as a page."""


def _explorer(
    opening: OfflineView, path: Path, as_of: str | None, known_at: str | None, standard: float,
    store: str | None, lang: str | None,
) -> None:  # fmt: skip
    speaking, day = speak(lang), read_day(as_of)
    check_writable(path)
    question = CoverageQuestion(as_of=day, standard=standard, rates=read_settings().rates())
    with opened(store, known_at=known_at) as opened_store:
        cells, answers = explorer_documents(opened_store, question, reach_km=REACH_KM)
    written = write_explorer(cells, answers, path, view=opening, lang=speaking)
    say(Text(f"已写入 {written}", f"Written: {written}"), speaking)


def _opening(view: OfflineView, file: Path, brief: Text) -> Callable[..., None]:
    """Return the command that writes the explorer as one file, which opens at one of its views."""

    def command(
        path: Place = file, as_of: Day = None, known_at: KnownAt = None, standard: StandardA = STANDARD,
        store: StoreUrl = None, lang: Language = None,
    ) -> None:  # fmt: skip
        _explorer(view, path, as_of, known_at, standard, store, lang)

    command.__doc__ = f"{brief.zh} / {brief.en}."
    return command


for _name, _view_of_it, _brief in EXPLORERS:
    app.command(_name)(_opening(_view_of_it, Path(f"{_name}.html"), _brief))


@app.command("network")
def view_network(
    path: Place = Path("network.html"), region: Region = None, as_of: Day = None, known_at: KnownAt = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """枢纽—窗口—载体网络图 / the hub–window–carrier network."""
    speaking, day = speak(lang), read_day(as_of)
    check_writable(path)
    code = region_code(region) if region else PROVINCE
    if code not in places() or prefecture_of(code) != code:
        raise BadParameter(name="--region", value=region, reason=Text("应为市州，如 绵阳市", "a prefecture, as 绵阳市"))
    with opened(store, known_at=known_at) as opened_store:
        graph = network_graph(opened_store, as_of=day, prefecture=None if code == PROVINCE else code)
        written = write_network(graph, path, lang=speaking, meta=graph_meta(opened_store, graph, day))
    say(Text(f"已写入 {written}", f"Written: {written}"), speaking)
