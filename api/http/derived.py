"""Routes derived from the questions: a question's parameters are a route's, beside page, form and language."""

import inspect
from collections.abc import Mapping
from types import NoneType
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from api.http import forms, revalidation
from api.http.access import is_public, own_region
from api.http.cursors import Pager
from api.http.known import store_as_known
from api.http.lists import PageAsked
from api.http.parameters import (
    FormatQuery,
    LanguageQuery,
    PageQuery,
    RatesOf,
    Sent,
    SettingsOf,
    SortedPageQuery,
    StoreOf,
    check_limits,
    check_once,
)
from api.http.problems import documented
from api.http.routers.jobs import AWAITED, PREFER
from api.http.sending import as_json, as_table
from api.http.sorting import in_order, sortable
from api.http.statuses import RegionNotFound
from api.questions.declaration import NumberForEach, Parameters, Question, Rates
from api.questions.known import KnownParameters, known_then, said_of
from api.settings import ROWS
from graph.errors import UnknownRegion
from graph.stores.base import Store

Asked = Question[Any, Any, Any]
MISSING = 404


def add_route(router: APIRouter, question: Asked) -> None:
    """Add the route of a question that has an address."""
    method = "post" if question.posted else "get"
    listed = {400, 409} if question.listed or known_then(question) else set()
    as_file = forms.DOCUMENTED if question.listed or question.tabular else {}
    known = {} if question.posted or not question.lasting else revalidation.DOCUMENTED
    router.add_api_route(
        question.address or "",
        _endpoint(question, f"{method}_{question.name}"),
        methods=[method.upper()],
        tags=[question.tag],
        response_model=question.result,
        responses={**documented(*listed, *question.problems), **as_file, **known, **(AWAITED if question.dear else {})},
        summary=f"{question.title.zh} / {question.title.en}",
        description=inspect.cleandoc(question.about),
        openapi_extra={
            **({} if question.example is None else {"x-example": dict(question.example)}),
            **(PREFER if question.dear else {}),
        },
    )


def _endpoint(question: Asked, name: str) -> Any:
    """Return the function that serves a question, with the signature of which the framework reads its parameters."""
    types = forms.types_of(question.result)

    def endpoint(request: Request, store: Store, settings: Any, rates: Rates, asked: Any, **rest: Any) -> Response:
        in_address = {part: rest[part] for part in question.in_address}
        check_once(request, asked)
        own, known_at = own_region(request), getattr(asked, "known_at", None)
        store = store_as_known(store, known_at)
        parameters = _held(question, store, _parameters(question, asked, in_address), own)
        if question.writes:
            store = request.app.state.owned  # what it reads on the way has no limit of a question
        check_limits(parameters, settings)
        form = forms.form_of(request, getattr(asked, "format", None))
        of = (form, getattr(parameters, "as_of", None), (rates, own, is_public(request)))
        lasting = question.lasting and not question.posted
        if lasting and (same := revalidation.still_holds(request, store, *of)):
            return same
        put = _in_codes(question, parameters, rates, in_address)
        made = _released(question, said_of(question.answer(store, put), question.brief, known_at), request)
        if not question.listed:
            sent = _whole(form, question, made, asked)
            return revalidation.tagged(sent, request, store, *of, made.meta.graph_version) if lasting else sent
        stated = put if isinstance(put, BaseModel) else parameters
        listing = PageAsked.of(request, settings, asked, Pager.of(store, question.name, stated, asked.sort_keys()))
        made = in_order(question, made, asked.sort_keys())
        sent = listing.send(
            made, question.columns(made), flat=question.flat, types=types,
            complete=lambda rows: question.complete(store, made, rows),
        )  # fmt: skip
        return revalidation.tagged(sent, request, store, *of, made.meta.graph_version) if lasting else sent

    endpoint.__name__ = name
    endpoint.__doc__ = question.about
    endpoint.__signature__ = _signature(question)  # type: ignore[attr-defined]
    endpoint.__annotations__ = {}
    return endpoint


def _signature(question: Asked) -> inspect.Signature:
    return inspect.Signature(
        [
            _taken("request", Request), _taken("store", StoreOf), _taken("settings", SettingsOf),
            _taken("rates", RatesOf),
            *(_taken(part, _in_address(question.parameters.model_fields[part])) for part in question.in_address),
            *_sent(question),
        ]
    )  # fmt: skip


def _held(question: Asked, store: Store, parameters: Parameters, own: str | None) -> Parameters:
    """Return what is asked as somebody of one region may ask it; a question without a rule is asked by nobody."""
    if own is None or question.access is None:
        return parameters
    held: Parameters = question.access.held(store, parameters, own)
    return held


def _released(question: Asked, made: Any, request: Request) -> Any:
    """Return what whoever asks may be told of an answer."""
    withhold = question.access.public if question.access and is_public(request) else None
    return withhold(made) if withhold else made


def _in_codes(question: Asked, parameters: Parameters, rates: Rates, in_address: Mapping[str, str]) -> Any:
    """Return what is asked, in codes; a place in the address that is none is what was not found."""
    try:
        return question.asked(parameters, rates)
    except UnknownRegion as error:
        if MISSING in question.problems and error.details["value"] in in_address.values():
            raise RegionNotFound(**error.details) from error
        raise


def _whole(form: forms.AnswerForm, question: Asked, made: Any, asked: Any) -> Response:
    if not question.tabular:
        return as_json(made)
    asked.check_form(form)
    if form is forms.AnswerForm.json:
        return as_json(made)
    rows = [question.flat(row) for row in question.rows(made)]
    columns = asked.table_columns(question.columns(made))
    return as_table(form, question.name, rows, columns, made.meta, types=forms.types_of(question.result))


def _taken(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)


def _in_address(field: FieldInfo) -> Any:
    present = next((part for part in get_args(field.annotation) if part is not NoneType), field.annotation)
    return Annotated[present, *field.metadata, Path(description=field.description, examples=field.examples)]


def _sent(question: Asked) -> list[inspect.Parameter]:
    """Return the parameters that come in the query string, or in the document."""
    if not question.posted:
        return [_taken("asked", Annotated[query_of(question), Query()])]
    document = document_of(question.parameters, *((KnownParameters,) if known_then(question) else ()))
    return [_taken("asked", document), _taken("spoken", Annotated[LanguageQuery, Query()])]


def document_of(model: type[Parameters], *more: type[Parameters]) -> Any:
    """Return a model, with the fields of others, as it is sent as a document."""
    bases: Any = (model, *more, Sent)
    document: Any = create_model(model.__name__, __base__=bases)
    document.__doc__ = model.__doc__
    return document


# --- query strings ------------------------------------------------------------------------------------


def _mappings(model: type[Parameters]) -> dict[str, NumberForEach]:
    """Return the fields that are a number for each of several names."""
    found = {
        name: next((m for m in f.metadata if isinstance(m, NumberForEach)), None)
        for name, f in model.model_fields.items()
    }
    return {name: mark for name, mark in found.items() if mark}


def query_of(question: Asked) -> Any:
    """Return the model of a question's query string: its parameters but those in the address, page, form, language."""
    mappings = _mappings(question.parameters)
    elsewhere = {*question.in_address, *mappings}
    asked = next(kind for kind in question.parameters.__mro__ if not elsewhere & set(getattr(kind, "model_fields", ())))
    page = SortedPageQuery if sortable(question) else PageQuery
    form = page if question.listed else FormatQuery if question.tabular else LanguageQuery
    more: dict[str, Any] = {
        f"{mark.singular}_{name}": (
            float | None,
            Field(default=None, allow_inf_nan=False, description=mark.description(name)),
        )
        for mark in mappings.values()
        for name in mark.names
    }
    if question.listed:
        described = PageQuery.model_fields["limit"].description
        more["limit"] = (int, Field(default=question.page, ge=1, le=ROWS, description=described))
    known = (KnownParameters,) if known_then(question) else ()
    bases = (*known, form) if asked is Parameters else (asked, *known, form)
    made: Any = create_model(f"{question.parameters.__name__}Query", __base__=bases, **more)
    return made


def _parameters(question: Asked, sent: BaseModel, in_address: Mapping[str, str]) -> Parameters:
    """Return what is asked, of what was sent."""
    model = question.parameters
    names = {field.alias or name for name, field in model.model_fields.items()}
    given = {k: v for k, v in sent.model_dump(by_alias=True, exclude_unset=True).items() if k in names}
    for name, mark in _mappings(model).items():
        numbers = {part: getattr(sent, f"{mark.singular}_{part}", None) for part in mark.names}
        if stated := {part: number for part, number in numbers.items() if number is not None}:
            given[name] = stated
    parameters: Parameters = model.model_validate({**given, **in_address})
    if "as_of" in model.model_fields:  # a question of one day; tomorrow it is another one
        return parameters.model_copy(update={"as_of": parameters.day})  # type: ignore[attr-defined]
    return parameters
