"""The command that writes pictures as pages."""

from pathlib import Path

import typer

from api.cli.answers import graph_meta
from api.cli.options import Day, Language, Place, Region, Standard, StoreUrl, opened, read_day, speak
from api.cli.output import say
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


@app.callback()
def _view() -> None:
    """生成图页 / write a picture as a page."""


@app.command("province")
def view_province(
    path: Place = Path("province.html"), as_of: Day = None, standard: Standard = STANDARD, store: StoreUrl = None,
    lang: Language = None,
) -> None:  # fmt: skip
    """全省一览：概览、矩阵、地图、网络与明细 / the province: overview, matrix, map, network and table."""
    _explorer("overview", path, as_of, standard, store, lang)


@app.command("matrix")
def view_matrix(
    path: Place = Path("matrix.html"), as_of: Day = None, standard: Standard = STANDARD, store: StoreUrl = None,
    lang: Language = None,
) -> None:  # fmt: skip
    """同一文件，先打开矩阵 / the same file, opening at the matrix."""
    _explorer("matrix", path, as_of, standard, store, lang)


@app.command("map")
def view_map(
    path: Place = Path("map.html"), as_of: Day = None, standard: Standard = STANDARD, store: StoreUrl = None,
    lang: Language = None,
) -> None:  # fmt: skip
    """同一文件，先打开地图 / the same file, opening at the map."""
    _explorer("map", path, as_of, standard, store, lang)


def _explorer(
    opening: OfflineView, path: Path, as_of: str | None, standard: float, store: str | None, lang: str | None
) -> None:
    speaking, day = speak(lang), read_day(as_of)
    question = CoverageQuestion(as_of=day, standard=standard, rates=read_settings().rates())
    with opened(store) as opened_store:
        cells, answers = explorer_documents(opened_store, question, reach_km=REACH_KM)
    written = write_explorer(cells, answers, path, view=opening, lang=speaking)
    say(Text(f"已写入 {written}", f"Written: {written}"), speaking)


@app.command("network")
def view_network(
    path: Place = Path("network.html"), region: Region = None, as_of: Day = None, store: StoreUrl = None,
    lang: Language = None,
) -> None:  # fmt: skip
    """枢纽—窗口—载体网络图 / the hub–window–carrier network."""
    speaking, day = speak(lang), read_day(as_of)
    code = region_code(region) if region else PROVINCE
    if code not in places() or prefecture_of(code) != code:
        raise BadParameter(name="--region", value=region, reason=Text("应为市州，如 绵阳市", "a prefecture, as 绵阳市"))
    with opened(store) as opened_store:
        graph = network_graph(opened_store, as_of=day, prefecture=None if code == PROVINCE else code)
        written = write_network(graph, path, lang=speaking, meta=graph_meta(opened_store, graph, day))
    say(Text(f"已写入 {written}", f"Written: {written}"), speaking)
