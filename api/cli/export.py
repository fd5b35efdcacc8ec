"""The command ``export``: the whole graph as files for other programs."""

from typing import Annotated

import typer

from api.cli.options import Language, Place, StoreUrl, opened, speak
from api.cli.output import say
from api.cli.progress import at_work
from graph.export.export import Form
from graph.export.export import export as write_export
from graph.language import Text, counted

app = typer.Typer()


@app.command("export")
def export_command(
    path: Place,
    form: Annotated[Form, typer.Option("--format", help="文件形式 / form of the files")] = Form.parquet,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """导出全图，供其他软件使用（不含联系方式）/ the whole graph as files; no contacts."""
    speaking = speak(lang)
    with opened(store) as opened_store, at_work(speaking):
        manifest = write_export(opened_store, path, form)
    nodes, relationships = (sum(manifest[kind].values()) for kind in ("nodes", "relationships"))
    share = manifest["data_class"]["SYNTHETIC"]["share"]
    said = Text(
        f"已写入 {path}：{nodes:,} 个节点，{relationships:,} 条关系，其中演示虚构 {share:.1%}；详见 manifest.json",
        f"Written: {path}: {counted(nodes, 'node')}, {counted(relationships, 'relationship')}, "
        f"{share:.1%} of them synthetic; see manifest.json",
    )
    say(said, speaking)
