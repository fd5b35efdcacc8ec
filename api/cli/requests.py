"""The commands ``requests``: partner requests from asking to closing, and what was searched in vain."""

from typing import Annotated, Any

import typer

from api.cli.options import Day, Form, Language, Limit, Output, StoreUrl, opened, read_day, speak
from api.cli.output import Format, emit, form_of, meta_line, out, say, table
from api.cli.partners import FILTERS
from graph.language import Lang, Text
from graph.places.gazetteer import places
from graph.vocabulary import vocabulary
from loaders.keep.signals import signals
from loaders.write.requests import advance, ask
from queries.requests import requests

app = typer.Typer(no_args_is_help=False, help="合作请求：提出、对接、达成、交付、办结 / partner requests")
FIELDS = ("key", "state", "asker", "partner", "dimension", "service_type", "content", "day", "changed", "evidence")
PARTNERS = Text("合作伙伴", "partners")
CONDITIONS = {**FILTERS, "region": Text("地区", "region")}
Key = Annotated[str, typer.Argument(help="请求编号，见列表 / key of the request, see the list")]
Evidence = Annotated[str | None, typer.Option("--evidence", help="依据，如会议纪要、协议文号 / evidence")]


@app.callback(invoke_without_command=True)
def request_list(
    context: typer.Context,
    state: Annotated[str | None, typer.Option("--state", help="只看某状态 / only this state")] = None,
    party: Annotated[str | None, typer.Option("--party", help="只看某一方，标识或名称 / only of this party")] = None,
    limit: Limit = 30, form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """列出合作请求 / list partner requests."""
    if context.invoked_subcommand:
        return
    speaking, form = speak(lang), form_of(form, output)
    asked = vocabulary("request_states").resolve(state) if state else None
    with opened(store) as opened_store:
        answer = requests(opened_store, state=asked, party=party)
    rows = [request.model_dump(mode="json") for request in answer.data]
    if form is not Format.table:
        emit(form, rows, answer.model_dump(mode="json"), output)
        return
    title = Text(f"合作请求（{answer.total}）", f"Partner requests ({answer.total})")
    out().print(table(title.get(speaking), FIELDS, [_told(row, speaking) for row in rows[:limit]], speaking))
    out().print(meta_line(answer.meta, speaking))


def _told(row: dict[str, Any], lang: Lang) -> dict[str, Any]:
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
def request_signals(
    limit: Limit = 30, form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """没有结果的查找，即未满足的需求信号 / searches that found nothing: signs of demand."""
    speaking, form = speak(lang), form_of(form, output)
    with opened(store) as opened_store:
        found = signals(opened_store.home)
    rows = [{"question": s.question, "asked": s.asked, "times": s.times, "first": s.first.isoformat(),
             "last": s.last.isoformat()} for s in found]  # fmt: skip
    if form is not Format.table:
        emit(form, rows, {"data": rows, "total": len(rows), "next": None}, output)
        return
    told = [
        {**row, "question": PARTNERS.get(speaking), "conditions": _conditions(signal.asked, speaking)}
        for row, signal in zip(rows, found, strict=True)
    ]
    title = Text(f"没有结果的查找（{len(rows)}）", f"Searches that found nothing ({len(rows)})")
    columns = ["question", "conditions", "times", "first", "last"]
    out().print(table(title.get(speaking), columns, told[:limit], speaking))


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
