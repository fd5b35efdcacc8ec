"""The columns in which a list says what somebody was called before."""

import pandas as pd

from loaders.parse import cells
from loaders.parse.former_names import former_name, until
from loaders.tables.columns import Column, day


def renaming() -> tuple[Column, Column]:
    """Declare former names, and the day since which the present one holds."""
    return (
        Column(
            "former_names", "曾用名", cells.many(former_name), many=True,
            aliases=(
                "原名", "原名称", "曾用名称", "原单位名称", "原机构名称", "原企业名称", "更名前名称", "变更前名称",
            ),
        ),
        day("renamed", "更名日期", aliases=(
            "更名时间", "名称变更日期", "名称变更时间", "变更日期", "变更时间", "改名日期", "改名时间")),
    )  # fmt: skip


def former_names(rows: pd.DataFrame) -> pd.Series:
    """Return the former names of each row, a tuple, with the last day of those that have none of their own."""
    if not rows["former_names"].notna().any():
        return pd.Series(None, index=rows.index, dtype=object)
    return pd.Series(
        [
            tuple(until(name, None if pd.isna(since) else since) for name in names)
            if isinstance(names, tuple)
            else None
            for names, since in zip(rows["former_names"], rows["renamed"], strict=True)
        ],
        index=rows.index,
        dtype=object,
    )
