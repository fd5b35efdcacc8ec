"""Numbers of people leave masked, in whatever text they stand and by whatever form they leave."""

import json

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response, StreamingResponse
from hypothesis import given
from hypothesis import strategies as st
from starlette.middleware import Middleware

from api.http.masks import Masks, masked_json, masked_lines
from loaders.keep.privacy import mask_text
from tests.api.support import Client

PHONE, ID, MAIL = "涪城科技13812345678", "510703199003078515", "wang.li@example.cn"
TOLD = {
    "name": f"{PHONE}（王）",
    "rows": [{"source": f'来电 "{PHONE}"\n{MAIL}', "ratio": 0.13812345678, "n": 13812345678}],
}
SAID = {
    "name": "涪城科技138****5678(王)",
    "rows": [{"source": '来电 "涪城科技138****5678"\nw****@example.cn', "ratio": 0.13812345678, "n": 13812345678}],
}
TABLE = f"\ufeffname,source,as_of\r\n{PHONE},{MAIL},2026-06-30\r\n甲,510703,2026-06-30\r\n"
MASKED = "\ufeffname,source,as_of\r\n涪城科技138****5678,w****@example.cn,2026-06-30\r\n甲,510703,2026-06-30\r\n"


@pytest.fixture(scope="module")
def sending() -> Client:
    app = FastAPI(middleware=[Middleware(Masks)])
    app.get("/json")(lambda: JSONResponse(TOLD))
    app.get("/csv")(lambda: Response(TABLE.encode(), media_type="text/csv; charset=utf-8"))
    app.get("/lines")(lambda: StreamingResponse((c for c in _cut(_lines())), media_type="application/x-ndjson"))
    app.get("/page")(lambda: Response(PHONE, media_type="text/html"))
    app.get("/empty")(lambda: Response(status_code=304))
    return Client(app)


def _lines() -> bytes:
    return b"".join(json.dumps(TOLD, ensure_ascii=False).encode() + b"\n" for _ in range(3))


def _cut(content: bytes) -> list[bytes]:
    return [content[i : i + 7] for i in range(0, len(content), 7)]


def test_documents_are_masked_and_whole(sending: Client) -> None:
    answer = sending.get("/json")
    assert answer.json() == SAID
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert sending.get("/csv").content.decode() == MASKED
    assert [json.loads(line) for line in sending.get("/lines").text.splitlines()] == [SAID] * 3
    assert sending.get("/page").text == PHONE
    assert sending.get("/empty").status_code == 304


LEAVES = (
    st.text() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.sampled_from((PHONE, ID, MAIL))
)


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_only_strings_change(document: object) -> None:
    written = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    assert json.loads(masked_json(written)) in (document, _masked(document))


def _masked(value: object) -> object:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return {mask_text(k): _masked(v) for k, v in value.items()} if isinstance(value, dict) else value


def test_each_cell_of_a_table_is_by_itself() -> None:
    figures = "0.510703900307672,-1.3812345678,5.1070390030767e-05,1234567.25\r\n"
    assert masked_lines(figures) == figures, "a share is no identity number, whatever its digits"
    assert masked_lines(f'5,{PHONE[-11:]},2026-06-30,{ID}\n7,"{PHONE[-11:]}, 0816-2345678\n{MAIL}",1\n') == (
        '5,138****5678,2026-06-30,510***********8515\n7,"138****5678, 0816-****678\nw****@example.cn",1\n'
    )


@pytest.mark.parametrize("number", ["138  1234  5678", "138- 1234- 5678", "138\n\n12345678"])
def test_gaps_of_two_hide_no_number(number: str) -> None:
    assert json.loads(masked_json(json.dumps([number, "12"]))) == ["138****5678", "12"]
    line = number.replace("\n", "\t")
    assert masked_lines(f"甲,{line}\n乙,12\n") == "甲,138****5678\n乙,12\n"


@pytest.mark.parametrize(
    "text", ["", "a,b\n", "510703,91510700MA62400000,2026-06-30\n", "0.6309297535714574,12345.678\n"]
)
def test_codes_days_and_numbers_stay(text: str) -> None:
    assert masked_lines(text) == text
