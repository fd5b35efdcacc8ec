"""The commands ``requests``: partner requests from asking to closing, and what was searched in vain."""

from typing import Annotated, Any

import typer

from api.cli.command import Answered, derived
from api.cli.options import Day, Language, StoreUrl, opened, read_day, speak
from api.cli.output import meta_line, out, say, table
from api.cli.partners import FILTERS
from api.questions.request_funnel import FUNNEL, WORDS, FunnelStage
from api.questions.request_steps import ASK, INTEREST, OUTCOME, STEP, TERMS, StepParameters
from api.questions.requests import REQUESTS, SIGNALS, DemandSignal
from graph.language import Lang, Text
from graph.places.gazetteer import places
from graph.vocabulary import vocabulary
from queries.answers import Answer, ListAnswer, Listed
from queries.requests import CooperationRequest

app = typer.Typer(
    invoke_without_command=True, no_args_is_help=False, help="合作请求：提出、对接、达成、交付、办结 / partner requests"
)
FIELDS = ("key", "state", "asker", "partner", "dimension", "service_type", "content", "day", "changed", "evidence")
FOLLOWED = ("owner", "due", "review", "expires", "interested", "outcome_due", "outcome")
NO_REQUEST = Text(
    "没有符合条件的请求；shuniu partners 找伙伴，shuniu requests ask 提出请求。",
    "No such request; shuniu partners finds partners, shuniu requests ask asks one.",
)
NO_SIGNAL = Text(
    "没有记下的；shuniu partners 查找无果时记在这里，提示还缺什么服务。",
    "None on record; a search of shuniu partners that finds nobody is noted here and tells what is missing.",
)
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
    out().print(table(title.get(lang), FIELDS, rows, lang, NO_REQUEST))
    out().print(meta_line(answer.meta, lang))


def _row(row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    words = {"state": "request_states", "dimension": "cooperation_dimensions", "service_type": "service_types",
             "outcome": "request_outcomes"}  # fmt: skip
    row = {**row, "interested": ("、" if lang == "zh" else ", ").join(row["interested"]) or None}
    named = {c: vocabulary(of).text(row[c], lang) for c, of in words.items() if row[c]}
    return {**row, **named, "asker": row["a_name"], "partner": row["b_name"]}


@app.command("ask")
@derived(ASK, limit=None)
def request_ask(made: Answered[Any, Answer[CooperationRequest]]) -> None:
    """Ask for cooperation."""
    key = made.answer.data.key
    say(Text(f"已提出：{key}", f"Asked: {key}"), made.lang)


def _step(key: str, state: str, evidence: str | None, day: str | None, store: str | None, lang: str | None) -> None:
    speaking = speak(lang)
    asked = StepParameters(key=key, state=state, evidence=evidence, as_of=read_day(day))
    with opened(store, write=True) as opened_store:
        STEP.answer(opened_store, STEP.asked(asked, None))
    _say_state(key, state, speaking)


def _say_state(key: str, state: str, lang: Lang) -> None:
    states = vocabulary("request_states")
    say(Text(f"{key}：{states.text(state, 'zh')}", f"{key}: {states.text(state, 'en')}"), lang)


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


def show_one(made: Answered[Any, Answer[CooperationRequest]]) -> None:
    """Show how a request stands."""
    row = {name: value for name, value in _row(made.answer.data.model_dump(mode="json"), made.lang).items() if value}
    out().print(table(made.answer.data.key, [c for c in (*FIELDS, *FOLLOWED) if row.get(c)], [row], made.lang))


app.command("terms")(derived(TERMS, limit=None)(show_one))
app.command("interest")(derived(INTEREST, limit=None)(show_one))
app.command("outcome")(derived(OUTCOME, limit=None)(show_one))


@app.command("funnel")
@derived(FUNNEL, limit=None)
def show_funnel(made: Answered[Any, ListAnswer[FunnelStage]]) -> None:
    """Show how many get how far."""
    rows = [{**one.model_dump(mode="json"), "how_far": WORDS[one.stage].get(made.lang)} for one in made.answer.data]
    title = FUNNEL.title.get(made.lang)
    out().print(table(title, ["how_far", "count", "share", "median_days"], rows, made.lang))
    out().print(meta_line(made.answer.meta, made.lang))


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
    out().print(table(title.get(lang), ["question", "conditions", "times", "first", "last"], rows, lang, NO_SIGNAL))


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
