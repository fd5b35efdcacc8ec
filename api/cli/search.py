"""The commands that look at single things: ``search`` finds them, ``entity`` shows one with what was stated of it."""

import typer

from api.cli.command import Answered, derived
from api.cli.output import meta_line, out, say, table, tell_more
from api.questions.search import SEARCH
from graph import schema
from graph.language import Text
from queries.search.find import SearchAnswer, SearchQuestion

app = typer.Typer()


@app.command("search")
@derived(SEARCH, limit=20)
def show_search(made: Answered[SearchQuestion, SearchAnswer]) -> None:
    """Show what fits, best first."""
    rows = [{**row.model_dump(), "kind": schema.nodes()[row.label].label.get(made.lang)} for row in made.rows(SEARCH)]
    out().print(table(SEARCH.title.get(made.lang), ["name", "kind", "region_name", "key"], rows, made.lang))
    if not rows:
        say(Text("没有找到。", "Nothing was found."), made.lang)
    tell_more(len(rows), len(made.answer.found), made.lang)
    out().print(meta_line(made.answer.meta, made.lang))
