"""What is told of whole columns at once is what each cell's own look would say."""

import random

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graph.identity import USCC_ALPHABET, is_uscc, uscc_check_digit
from graph.vocabulary import vocabulary
from loaders.parse.rows import Parsed, parse_column
from loaders.parse.standing import plain_names, valid_codes
from loaders.tables import TABLES

NAME = TABLES["organizations"].column("name")
MARKS = [word for entry in vocabulary("cell_marks") for word in (entry.label.zh, *entry.aliases)]
ODD = [
    "甲\ufffd院",
    " 甲院",
    "甲院\n",
    "#REF!",
    "甲 院",
    "甲",
    "〇",
    "暂无",
    "目前无",
    "（甲）院",
    "甲" * 1001,
    "甲\u200b院",
    "甲站13812341234",
    "甲站１３８ １２３４ １２３４",
    "甲站a@b.cn",
]


def looked_at(texts: list[str]) -> Parsed:
    """Return a column in which every cell had a look of its own."""
    return parse_column(type(NAME)(NAME.name, NAME.zh, NAME.parse, required=True), pa.array(texts, pa.string()))


@given(
    st.lists(
        st.text("甲无暂未院公司 ()（）12aA—\n\ufffd\u3000", max_size=6) | st.sampled_from(MARKS + ODD), max_size=30
    )
)
def test_names(texts: list[str]) -> None:
    found, slow = parse_column(NAME, pa.array(texts, pa.string())), looked_at(texts)
    assert (found.values, found.reasons, found.remarks) == (slow.values, slow.reasons, slow.remarks)


def test_most_names_need_no_look() -> None:
    names = ["四川智造研究院", "绵阳市某某科技有限公司（分公司）", "示例-绵阳第1号公司", "无锡驻川办事处"]
    assert plain_names(pa.array([*names, *ODD, ""])).tolist() == [True, True, True, *[False] * (len(ODD) + 2)]


def test_codes() -> None:
    draw = random.Random(3)
    bodies = ["".join(draw.choices(USCC_ALPHABET, k=17)) for _ in range(300)]
    codes = [body + draw.choice((uscc_check_digit(body), draw.choice(USCC_ALPHABET))) for body in bodies]
    codes += ["", "91", codes[0].lower(), f"{codes[0]} ", "I" * 18, "é" * 18]
    found = valid_codes(pa.array(codes)).tolist()
    assert found == [is_uscc(code) for code in codes]
    assert 100 < sum(found) < 300
