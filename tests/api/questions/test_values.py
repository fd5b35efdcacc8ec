"""What would be taken for something else is refused: seconds for a day, truth for a number."""

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.questions.catalogue import QUESTIONS
from api.questions.values import Day, _is_numeric
from tests.api.support import Client

Model = type[BaseModel]
MODELS = {question.parameters for question in QUESTIONS}
FIELDS = [(model, name, field.annotation) for model in MODELS for name, field in model.model_fields.items()]
NUMBERS = sorted([(model, name) for model, name, annotation in FIELDS if _is_numeric(annotation)], key=str)


@pytest.mark.parametrize(
    "value", [1767571200, 1.5, True, "1767571200", "20260105", "2026-01-05T00:00:00Z", "２０２６-01-05", ""]
)
def test_a_day_is_written_as_one(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)


def test_a_day_is_itself() -> None:
    assert TypeAdapter(Day).validate_python("2026-01-05") == date(2026, 1, 5)
    assert TypeAdapter(Day).validate_python(date(2026, 1, 5)) == date(2026, 1, 5)


@pytest.mark.parametrize(("model", "name"), NUMBERS, ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_truth_is_no_number(model: Model, name: str) -> None:
    stated = model.model_fields[name].alias or name
    for value in (True, [True], {"reach": True}):
        with pytest.raises(ValidationError) as raised:
            model.model_validate({stated: value})
        kinds = {error["type"] for error in raised.value.errors() if error["loc"][0] == stated}
        assert kinds, value


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"budget": True}, "budget", "must be a number"),
        ({"budget": 1, "curve": [100, True]}, "curve", "must be a number"),
        ({"budget": 1, "as_of": 1767571200}, "as_of", "must be a date such as 2026-01-31"),
    ],
)
def test_it_is_told_by_name(client: Client, body: dict[str, Any], name: str, reason: str) -> None:
    answer = client.post("/v1/expand", json=body, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert [(error["name"], error["reason"]) for error in answer.json()["errors"]] == [(name, reason)]


@pytest.mark.parametrize(
    ("path", "details"),
    [
        ("/v1/search?q=%20", {"name": "q", "value": " ", "reason": "1 to 8 words"}),
        ("/v1/search?q=a+b+c+d+e+f+g+h+i", {"name": "q", "value": "a b c d e f g h i", "reason": "1 to 8 words"}),
        ("/v1/entities/windows/x", {"kind": "label", "key": "windows"}),
        ("/v1/entities/windows/x/neighbours", {"kind": "label", "key": "windows"}),
    ],
)
def test_a_refusal_names_what_was_written(client: Client, path: str, details: dict[str, str]) -> None:
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["details"]) == (404 if "entities" in path else 422, details)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/partners?requester={}", None, 404),
        ("/v1/partners/fewest?requester={}", None, 404),
        ("/v1/paths?from={}&to=510100", None, 422),
        ("/v1/requests", {"a": "{}", "b": "宜宾市", "dimension": "创新链"}, 404),
    ],
)
def test_who_is_not_known_is_not_taken_for_the_place_of_the_name(
    client: Client, path: str, body: dict[str, str] | None, status: int
) -> None:
    nobody = "绵阳市无此服务中心"
    answer = client.post(path, json={**body, "a": nobody}) if body else client.get(path.format(nobody))
    assert answer.status_code == status, answer.text
    assert nobody in answer.json()["detail"]


def test_feedback_names_the_parameter_and_not_the_column(client: Client) -> None:
    stated = {"kind": "complaint", "as_of": "2026-06-03", "closed": "2026-06-01"}
    answer = client.post("/v1/feedback", json=stated, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["details"]["name"]) == (422, "closed")
