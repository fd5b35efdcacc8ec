"""What is said of one thing is said in the singular."""

import pytest

from graph.language import Text
from loaders.write.wording import in_number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.csv: 1 rows are left out", "a.csv: 1 row is left out"),
        (
            "1 rows rejected, 1 cells left out of rows that are in",
            "1 row rejected, 1 cell left out of rows that are in",
        ),
        ("1 places are understood within 绵阳市", "1 place is understood within 绵阳市"),
        ("1 rows above the header are not read", "1 row above the header is not read"),
        ("1 counts of prefectures are no less", "1 count of prefectures is no less"),
        ("1 other files are not read", "1 other file is not read"),
        ("1 rows do not say of which day", "1 row does not say of which day"),
        ("1 copies of sources", "1 copy of sources"),
        ("11 rows are left out", "11 rows are left out"),
        ("1 rows differ: rows 2 (a)", "1 row differs: row 2 (a)"),
        ("rows 12 have cells; rows 2、3 have; rows 2…", "row 12 has cells; rows 2、3 have; rows 2…"),
        ("rows 2: it says", "row 2: it says"),
        ("2,1 rows are; 2026-1 rows; 1 rowses", "2,1 rows are; 2026-1 rows; 1 rowses"),
    ],
)
def test_one_is_said_in_the_singular(text: str, said: str) -> None:
    assert in_number(Text("1 行", text)) == Text("1 行", said)
