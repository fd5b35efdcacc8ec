"""Former names with their days, as people write them."""

from datetime import date

import pytest

from loaders.parse.former_names import former_name, name_of, until
from loaders.parse.issues import CellError

READ = {
    "绵阳技转所": "绵阳技转所",
    "原名：绵阳技转所": "绵阳技转所",
    "曾用名:绵阳技转所（2010-2015）": "绵阳技转所(2010-01-01~2015-12-31)",
    "绵阳鑫源（集团）有限公司": "绵阳鑫源（集团）有限公司",
    "绵阳鑫源（集团）有限公司（至2024年2月）": "绵阳鑫源（集团）有限公司(~2024-02-29)",
    "绵阳技转所(2010-01-01~2024-02-29)": "绵阳技转所(2010-01-01~2024-02-29)",
    "绵阳技转所（2010年1月1日至2024年2月29日）": "绵阳技转所(2010-01-01~2024-02-29)",
    "绵阳技转所（2010-2015）": "绵阳技转所(2010-01-01~2015-12-31)",
    "绵阳技转所（2015年12月31日前）": "绵阳技转所(~2015-12-31)",
    "绵阳技转所（2015-05-31）": "绵阳技转所(~2015-05-31)",
    "绵阳技转所（2015-05-31~）": "绵阳技转所(2015-05-31~)",
}


@pytest.mark.parametrize(("said", "kept"), READ.items())
def test_a_former_name_is_kept_with_its_days(said: str, kept: str) -> None:
    assert former_name(said) == kept
    assert former_name(kept) == kept


@pytest.mark.parametrize("said", ["绵阳技转所（2024-02-30）", "绵阳技转所（2024-03-01~2010-01-01）"])
def test_days_that_cannot_be_are_refused(said: str) -> None:
    with pytest.raises(CellError):
        former_name(said)


def test_a_name_ends_the_day_before_the_next_begins() -> None:
    assert until("绵阳技转所", date(2024, 3, 1)) == "绵阳技转所(~2024-02-29)"
    assert until("绵阳技转所", None) == "绵阳技转所"
    assert until("绵阳技转所(2010-01-01~)", date(2024, 3, 1)) == "绵阳技转所(2010-01-01~)"
    assert name_of("绵阳技转所(~2024-02-29)") == "绵阳技转所"
    assert name_of("绵阳鑫源(集团)有限公司") == "绵阳鑫源(集团)有限公司"
