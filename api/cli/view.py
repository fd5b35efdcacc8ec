"""The command that writes pictures as pages."""

from pathlib import Path

import typer

from api.cli.answers import graph_meta
from api.cli.options import Day, Language, Place, Region, StoreUrl, opened, read_day, speak
from api.cli.output import say
from api.questions.codes import region_code
from graph.errors import BadParameter
from graph.identity import prefecture_of
from graph.language import Text
from graph.places.gazetteer import PROVINCE, places
from queries.network.report import network_graph
from viz.network import write_network

app = typer.Typer(no_args_is_help=True, help="生成图页 / write a picture as a page")


@app.callback()
def _view() -> None:
    """生成图页 / write a picture as a page."""


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
