"""Every declared question: both doors know all of its parameters, and its example can be asked."""

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from api.cli.parameters import at_own_machine, ordered, variable
from api.http.sorting import sortable
from api.questions.allocation import AllocationParameters
from api.questions.catalogue import QUESTIONS
from api.questions.declaration import NumberForEach, Question
from api.questions.known import known_then
from tests.support.cli_reference import commands
from tests.support.promise import openapi

AT_TERMINAL = {
    "chains": "chains", "coverage": "coverage", "gaps": "gaps", "crowding": "gaps crowding", "why": "gaps why",
    "rankings": "gaps rankings",
    "network": "network", "kpi": "kpi", "monitoring": "monitor", "policy": "policy", "alerts": "alerts list",
    "assessment": "assess", "targets": "policy",
    "paths": "paths", "partners": "partners",
    "matrix": "partners",
    "suggestions": "suggest", "flows": "suggest", "quality": "suggest", "requests": "requests",
    "signals": "requests signals", "snapshots": "snapshot list", "series": "snapshot series", "diff": "snapshot diff",
    "snapshot": "snapshot create", "allocate": "allocate", "expand": "expand", "plan": "what-if",
    "kept_plan": "what-if", "scenarios": "what-if", "compared_plans": "what-if",
    "region": "region", "neighbours": "neighbours",
}  # fmt: skip


@pytest.fixture(scope="module")
def options() -> dict[str, set[str]]:
    """Return the names of the parameters of each command."""
    return {" ".join(words): {p.name for p in command.params} for words, command in commands()}


each = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: f"{question.name} {question.address}")


@each
def test_both_doors_take_every_parameter(question: Question[Any, Any, Any], options: dict[str, set[str]]) -> None:
    fields = question.parameters.model_fields
    if question.name in AT_TERMINAL and not (question.address or "").endswith(":batch"):
        taken = options[AT_TERMINAL[question.name]]
        assert {variable(name, fields[name]) for name in ordered(question.parameters)} - taken == set()
    if question.address:
        document = openapi()
        operation = document["paths"]["/v1" + question.address.replace(":path", "")]
        asked = operation["post" if question.posted else "get"]
        known = {"known_at"} if known_then(question) else set()
        if question.posted:
            schema = document["components"]["schemas"][question.parameters.__name__]
            assert set(schema["properties"]) == {f.alias or name for name, f in fields.items()} | known
            return
        marks = {n: next((m for m in f.metadata if isinstance(m, NumberForEach)), None) for n, f in fields.items()}
        own = {f.alias or name for name, f in fields.items() if not marks[name]}
        own |= {f"{mark.singular}_{name}" for mark in marks.values() if mark for name in mark.names}
        table = {"format", "fields"} if question.listed or question.tabular else set()
        page = {"limit", "cursor", "whole"} if question.listed else set()
        form = table | page | ({"sort"} if sortable(question) else set())
        assert {p["name"] for p in asked["parameters"] if p["in"] != "header"} == own | form | known | {"lang"}


def test_no_two_questions_share_an_address() -> None:
    addresses = Counter((question.posted, question.address) for question in QUESTIONS if question.address)
    assert {address for address, n in addresses.items() if n > 1} == set()


@each
def test_the_words_are_in_both_languages(question: Question[Any, Any, Any]) -> None:
    zh, _, en = question.about.partition("\n\n")
    assert all((question.title.zh, question.title.en, question.brief.zh, question.brief.en, zh.strip(), en.strip()))
    for name, field in question.parameters.model_fields.items():
        assert " / " in (field.description or "").replace("）/", " /"), name


def test_who_waits_for_their_own_machine_may_ask_for_more() -> None:
    own = at_own_machine(AllocationParameters)
    assert own.model_validate({"seconds": 600.0}).model_dump() == {
        **AllocationParameters().model_dump(),
        "seconds": 600,
    }
    for model, seconds in ((AllocationParameters, 30.5), (own, 600.5), (own, 0)):
        with pytest.raises(ValidationError, match="seconds"):
            model.model_validate({"seconds": seconds})
