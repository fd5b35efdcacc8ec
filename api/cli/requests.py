"""The commands ``requests``: partner requests from asking to closing, and what was searched in vain."""

from typing import Annotated, Any

import typer

from api.cli.command import Answered, derived
from api.cli.options import Day, Language, StoreUrl, opened, read_day, speak
from api.cli.output import meta_line, out, say, table
from api.cli.partners import FILTERS
from api.questions.requests import REQUESTS, SIGNALS, DemandSignal
from graph.language import Lang, Text
from graph.places.gazetteer import places
from graph.vocabulary import vocabulary
from loaders.write.requests import advance, ask
from queries.answers import ListAnswer, Listed
from queries.requests import CooperationRequest

app = typer.Typer(
    invoke_without_command=True, no_args_is_help=False, help="合作请求：提出、对接、达成、交付、办结 / partner requests"
)
FIELDS = ("key", "state", "asker", "partner", "dimension", "service_type", "content", "day", "changed", "evidence")
PARTNERS = Text("合作伙伴", "partners")
CONDITIONS = {**FILTERS, "region": Text("地区", "region")}
Key = Annotated[str, typer.Argument(help="请求编号，见列表 / key of the request, see the list")]
Evidence = Annotated[str | None, typer.Option("--evidence", help="依据，如会议纪要、协议文号 / evidence")]


@app.callback()
@derived(REQUESTS, limit=30, group=True)
def show_requests(made: Answered[Any, ListAnswer[CooperationRequest]]) -> None:
    """Show partner requests."""
    answer, lang = made.answer, made.lang
    title = Text(f"合作请求（{answer.total}）", f"Partner requests ({answer.total})")
    rows = [_row(row.model_dump(mode="json"), lang) for row in answer.data[: made.limit]]
    out().print(table(title.get(lang), FIELDS, rows, lang))
    out().print(meta_line(answer.meta, lang))


def _row(row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    words = {"state": "request_states", "dimension": "cooperation_dimensions", "service_type": "service_types"}
    named = {c: vocabulary(of).text(row[c], lang) for c, of in words.items() if row[c]}
    return {**row, **named, "asker": row["a_name"], "partner": row["b_name"]}


@app.command("ask")
def request_ask(
    a: Annotated[str, typer.Argument(help="请求方：标识或名称 / who asks: key or name")],
    b: Annotated[str, typer.Argument(help="被请求方：标识或名称 / who is asked: key or name")],
    dimension: Annotated[str, typer.Option("--dimension", help="合作维度 / dimension of cooperation")],
    service_type: Annotated[str | None, typer.Option("--service-type", help="服务类型 / service type")] = None,
    content: Annotated[str | None, typer.Option("--content", help="内容 / what it is about")] = None,
    day: Day = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """提出合作请求 / ask for cooperation."""
    speaking = speak(lang)
    wanted = vocabulary("cooperation_dimensions").resolve(dimension)
    kind = vocabulary("service_types").resolve(service_type) if service_type else None
    with opened(store, write=True) as opened_store:
        key = ask(opened_store, a, b, dimension=wanted, service_type=kind, content=content, day=read_day(day))
    say(Text(f"已提出：{key}", f"Asked: {key}"), speaking)


def _step(key: str, state: str, evidence: str | None, day: str | None, store: str | None, lang: str | None) -> None:
    speaking = speak(lang)
    with opened(store, write=True) as opened_store:
        advance(opened_store, key, state, day=read_day(day), evidence=evidence)
    states = vocabulary("request_states")
    say(Text(f"{key}：{states.text(state, 'zh')}", f"{key}: {states.text(state, 'en')}"), speaking)


@app.command()
def meet(key: Key, evidence: Evidence = None, day: Day = None, store: StoreUrl = None, lang: Language = None) -> None:
    """双方已对接 / both sides have met."""
    _step(key, "met", evidence, day, store, lang)


@app.command()
def agree(key: Key, evidence: Evidence = None, day: Day = None, store: StoreUrl = None, lang: Language = None) -> None:
    """达成合作，写入合作关系 / agreed: it becomes a partnership."""
    _step(key, "agreed", evidence, day, store, lang)


@app.command()
def deliver(
    key: Key, evidence: Evidence = None, day: Day = None, store: StoreUrl = None, lang: Language = None
) -> None:
    """已交付 / delivered."""
    _step(key, "delivered", evidence, day, store, lang)


@app.command()
def close(key: Key, evidence: Evidence = None, day: Day = None, store: StoreUrl = None, lang: Language = None) -> None:
    """办结 / closed."""
    _step(key, "closed", evidence, day, store, lang)


@app.command()
def decline(
    key: Key, evidence: Evidence = None, day: Day = None, store: StoreUrl = None, lang: Language = None
) -> None:
    """谢绝 / declined."""
    _step(key, "declined", evidence, day, store, lang)


@app.command("signals")
@derived(SIGNALS, limit=30)
def show_signals(made: Answered[Any, Listed[DemandSignal]]) -> None:
    """Show searches that found nothing."""
    found, lang = made.answer.rows, made.lang
    rows = [
        {**s.model_dump(mode="json"), "question": PARTNERS.get(lang), "conditions": _conditions(s.asked, lang)}
        for s in found[: made.limit]
    ]
    title = Text(f"没有结果的查找（{len(found)}）", f"Searches that found nothing ({len(found)})")
    out().print(table(title.get(lang), ["question", "conditions", "times", "first", "last"], rows, lang))


def _conditions(asked: dict[str, str], lang: Lang) -> str:
    """Return the conditions of a search in words."""
    said = []
    for name, value in sorted(asked.items()):
        words = [_word(name, part, lang) for part in value.split("、")]
        said.append(f"{CONDITIONS[name].get(lang) if name in CONDITIONS else name} {'、'.join(words)}")
    return ("；" if lang == "zh" else "; ").join(said)


def _word(name: str, value: str, lang: Lang) -> str:
    if name == "region":
        return places()[value].full_name if value in places() else value
    lists = {
        "service_types": "service_types",
        "dimensions": "cooperation_dimensions",
        "level": "levels",
        "mode": "modes",
    }
    return vocabulary(lists[name]).text(value, lang) if name in lists else value
