"""Commands derived from questions: a command's options are a question's parameters, and the common ones."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Generic, get_args

import typer
from pydantic import BaseModel, ValidationError

from api.cli.options import Asked, Form, KnownAt, Language, Limit, Output, Rates, StoreUrl, opened, speak
from api.cli.output import Format, emit, form_of
from api.cli.parameters import at_own_machine, files_of, option, ordered, read, spelled, variable, wrong
from api.cli.progress import at_work
from api.questions.declaration import A, P, Parameters, Q, Question, paged
from api.questions.headings import stated_headings
from api.questions.known import known_then, said_of
from api.settings import read_settings
from graph.errors import BadParameter
from graph.language import Lang, Text, capital
from graph.stores.base import Store
from queries.demand import read_rates

ANY = Question[Any, Any, Any]


@dataclass(frozen=True)
class Answered(Generic[Q, A]):
    """A question that was put and answered, and how its table is wanted: rows of it, language."""

    store: Store
    question: Q
    answer: A
    lang: Lang
    limit: int

    def rows(self, question: ANY, limit: int | None = None) -> list[Any]:
        """Return the rows that are shown, all of them without a limit."""
        most = self.limit if limit is None else limit
        if question.listed:
            found = paged(self.answer).page(most).data if most else question.rows(self.answer)
        else:
            found = question.rows(self.answer)[: most or None]
        return question.complete(self.store, self.answer, list(found))


Show = Callable[[Answered[Any, Any]], None]


@dataclass(frozen=True)
class Instead:
    """A question that a switch, or an option that is its own, puts instead of a command's; what shows its answer."""

    question: ANY
    show: Show


@dataclass(frozen=True)
class _Options:
    """What the parser reads for the parameters of a question: the name under which it comes, by field."""

    question: ANY
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, question: ANY) -> "_Options":
        model = question.parameters
        return cls(question, {name: variable(name, model.model_fields[name]) for name in ordered(model)})

    def parameters(self) -> Iterator[inspect.Parameter]:
        for name in self.names:
            yield option(name, self.question.parameters.model_fields[name], self.question.at_terminal)


def derived(
    question: Question[P, Q, A], *, limit: int | None, group: bool = False, instead: Mapping[str, Instead] | None = None
) -> Callable[[Callable[[Answered[Q, A]], None]], Callable[..., None]]:
    """Return a decorator that makes a command of a function that shows an answer as a table.

    Args:
        question: Whose parameters become options, with their defaults, ranges and descriptions.
        limit: Rows shown in a table; none: it has no such option.
        group: The command has commands of its own, which take no options of this one.
        instead: Questions that a switch of this name puts instead, the first that is given, or an option where it is
            a parameter of theirs; what is none of their parameters is refused.
    """
    others = instead or {}
    options = _Options.of(question)
    switched = {switch: _Options.of(other.question) for switch, other in others.items()}

    def decorate(show: Callable[[Answered[Q, A]], None]) -> Callable[..., None]:
        def command(context: typer.Context, **given: Any) -> None:
            if group and context.invoked_subcommand:
                _refuse_options(context)
                return
            switch = next((name for name in others if given[name]), None)
            if switch is None:
                _refuse_strangers(context, options, Text("须与其开关同用", "goes with its switch only"))
                _put(question, options, show, given)
                return
            why = Text(f"不与 {spelled(switch)} 同用", f"does not go with {spelled(switch)}")
            _refuse_strangers(context, switched[switch], why, switch)
            _put(others[switch].question, switched[switch], others[switch].show, given)

        command.__signature__ = _signature(options, switched, limit)  # type: ignore[attr-defined]
        command.__annotations__ = {}
        command.__doc__ = f"{question.brief.zh} / {question.brief.en}."
        return command

    return decorate


def _signature(options: _Options, switched: Mapping[str, _Options], limit: int | None) -> inspect.Signature:
    """Return what the parser reads: a question's own options, the switches, what these add, and the common ones."""
    own = list(options.parameters())
    names = {option.name for option in own}
    more = {p.name: p for other in switched.values() for p in other.parameters() if p.name not in names}
    if switched:  # a switch may make needless what the command's own question needs
        own = [_needless(option) for option in own]
    switches = [_switch(name, other.question) for name, other in switched.items() if name not in more]
    rated = any(o.question.rated for o in (options, *switched.values()))
    first = _parameter("context", typer.Context, inspect.Parameter.empty)
    dated = any(known_then(o.question) for o in (options, *switched.values()))
    common = _common(rated=rated, dated=dated, limit=None if "limit" in names else limit)
    return inspect.Signature([first, *own, *switches, *map(_needless, more.values()), *common])


def _put(question: ANY, options: _Options, show: Show, given: Mapping[str, Any]) -> None:
    """Put a question and show its answer, in the form asked for.

    Raises:
        Exit: with 1 where the answer is no.
    """
    lang, form = speak(given["lang"]), form_of(given["form"], given["output"])
    parameters = _asked(options, given)
    if form is not Format.table:
        parameters = parameters.model_copy(update=question.everything)
    asked = question.asked(parameters, _rates(given))
    known_at = given.get("known_at")
    with opened(given["store"], write=question.writes, known_at=known_at) as store:
        with at_work(lang) if question.slow else nullcontext():
            answer = question.answer(store, asked)
        if known_at is None:
            question.noted(store, asked, answer)
        answer = said_of(answer, question.brief, known_at)
        made = Answered(store, asked, answer, lang, given.get("limit") or 0)
        if form is Format.table:
            show(made)
        else:
            _emit(question, made, form, given["output"])
        Asked.lasting = question.lasting and not given["output"]
    if not question.found(answer):
        raise typer.Exit(1)


def _emit(question: ANY, made: Answered[Any, Any], form: Format, output: Path | None) -> None:
    """Write an answer for programs: all of its rows."""
    rows = made.rows(question, 0)
    if question.listed:
        data = [row.model_dump(mode="json") if isinstance(row, BaseModel) else row for row in rows]
        whole = {**paged(made.answer).page(0).model_dump(mode="json"), "data": data, "next": None}
    else:
        whole = made.answer.model_dump(mode="json")
    model = type(rows[0]) if rows and isinstance(rows[0], BaseModel) else question.result
    stated = stated_headings(model) if form is Format.xlsx else None
    columns, said = question.columns(made.answer), _said(question).get(made.lang)
    emit(form, [question.flat(row) for row in rows], whole, output, columns, said, stated, made.lang)


def _said(question: ANY) -> Text:
    """Return what is asked in one line: the title and what is meant by it, which may begin with the title."""
    title = question.title
    zh, en = question.brief.zh.removeprefix("改列"), question.brief.en.removesuffix(" instead")
    return Text(
        zh if zh.startswith(title.zh) else f"{title.zh}（{zh}）",
        capital(en) if en.lower().startswith(title.en.lower()) else f"{title.en} ({en})",
    )


def _refuse_options(context: typer.Context) -> None:
    """Refuse options between a command and its subcommand, which would be asked for nothing."""
    given = _stated(context)
    if given:
        word = context.invoked_subcommand
        why = Text(f"选项请写在 {word} 之后", f"options go behind {word}")
        raise BadParameter(name=spelled(given[0]), value=f"{context.info_name} … {word}", reason=why)


def _stated(context: typer.Context) -> list[str]:
    """Return the names of the parameters that were written on the command line."""
    return [p for p in context.params if str(context.get_parameter_source(p)).endswith("COMMANDLINE")]


def _refuse_strangers(context: typer.Context, options: _Options, why: Text, switch: str | None = None) -> None:
    """Refuse what the question that is put knows nothing of."""
    known = {switch, *options.names.values(), "form", "output", "store", "lang", "limit"}
    known |= {"rates"} if options.question.rated else set()
    known |= {"known_at"} if known_then(options.question) else set()
    for name in _stated(context):
        if name not in known:
            parameter = next(p for p in context.command.params if p.name == name)
            called = parameter.opts[0] if parameter.opts[0].startswith("-") else name.upper()
            raise BadParameter(name=called, value=context.params[name], reason=why)


def _common(*, rated: bool, dated: bool, limit: int | None) -> list[inspect.Parameter]:
    taken: list[tuple[str, Any, Any]] = [
        *([("rates", Rates, None)] if rated else []), *([("known_at", KnownAt, None)] if dated else []),
        *([("limit", Limit, limit)] if limit else []),
        ("form", Form, Format.table), ("output", Output, None), ("store", StoreUrl, None), ("lang", Language, None),
    ]  # fmt: skip
    return [_parameter(name, annotation, default) for name, annotation, default in taken]


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _needless(option: inspect.Parameter) -> inspect.Parameter:
    """Return an option that may be left out; the question itself says where it must not."""
    if option.default is not inspect.Parameter.empty:
        return option
    kind, *more = get_args(option.annotation)
    return option.replace(annotation=Annotated[kind | None, *more], default=None)


def _switch(name: str, question: ANY) -> inspect.Parameter:
    info = typer.Option(spelled(name), help=f"{question.brief.zh} / {question.brief.en}")
    return _parameter(name, Annotated[bool, info], False)


def _asked(options: _Options, given: Mapping[str, Any]) -> Parameters:
    """Return what is asked.

    Raises:
        BadParameter: an option has a value that cannot be, or is missing; the option is named.
    """
    model = options.question.parameters
    values: dict[str, Any] = {}
    for name, taken in options.names.items():
        field = model.model_fields[name]
        if given[taken] is not None:
            values[field.alias or name] = read(name, field, given[taken])
    files = files_of(model, {name: given[taken] for name, taken in options.names.items()})
    try:
        return at_own_machine(model).model_validate(values).read_from(files)
    except ValidationError as error:
        raise wrong(model, error, files) from error


def _rates(given: Mapping[str, Any]) -> dict[str, float] | None:
    return read_rates(given["rates"]) if given.get("rates") else read_settings().rates()
