"""The commands that make tables: a template to fill, and a province to try."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.demo import run_demo
from api.cli.options import Language, Place, Scale, StoreUrl, read_day, speak
from api.cli.output import out, say, table
from api.cli.progress import sample_progress
from api.settings import read_settings
from graph.errors import BadParameter
from graph.language import Text
from loaders.sample import write_sample
from loaders.tables import TABLES
from loaders.write.template import write_template

app = typer.Typer()


@app.command()
def template(path: Place = Path("shuniu-template.xlsx"), lang: Language = None) -> None:
    """写出填报模板 / write a workbook with all tables."""
    speaking = speak(lang)
    if path.suffix.lower() != ".xlsx":
        raise BadParameter(name="PATH", value=path, reason="….xlsx")
    say(Text(f"已写入 {write_template(path)}", f"Written: {path}"), speaking)


@app.command()
def sample(
    folder: Place = Path("sample"),
    scale: Scale = 1.0,
    seed: Annotated[int, typer.Option(help="随机种子 / seed")] = 2020,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="截止日 / last day")] = None,
    lang: Language = None,
) -> None:
    """生成示例省份（虚构）/ write a synthetic province as contract tables."""
    speaking = speak(lang)
    with sample_progress(speaking) as progress:
        summary = write_sample(
            folder, scale=scale, seed=seed, as_of=read_day(as_of) if as_of else None, progress=progress
        )
    rows = [{"table": TABLES[t].label.get(speaking), "read": n} for t, n in summary.rows.items()]
    out().print(
        table(Text("示例省份（虚构）", "A synthetic province").get(speaking), ["table", "read"], rows, speaking)
    )
    say(Text(f"已写入 {folder}", f"Written: {folder}"), speaking)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--out", help="输出文件夹 / folder of the results")] = Path("out"),
    scale: Scale = 1.0,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """一条命令看全貌：示例省份、图页与报告 / the whole product on a synthetic province."""
    run_demo(folder, scale, store or read_settings().store, speak(lang))
