"""Rows of which a column that is not read says that they have ended or did not pass: they are in, and it is told."""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.language import Text, first_few
from graph.vocabulary import fold
from loaders.tables import Table

SHOWN = 5
_TITLE = re.compile("状态|状况|存续|通过|结果|结论|备注|说明")
_ENDED = (
    r"^\s*(?:已|现已|拟|被)?(?:注销|吊销|撤销|停业|关闭|关停|歇业|倒闭|破产|取消|停用|搬离|迁出|失联|不通过|未通过|不合格)"
    r"(?:登记|资格|企业|认定)?\s*$"
)
ENDED = Text(
    "第 {rows} 行的“{title}”写着“{cell}”，仍照常载入；已不存在或未通过的请不要列入",
    "rows {rows}: “{title}” says “{cell}”, and they are in as any other; leave out what is no more or did not pass",
)


def ended(
    table: Table, header: Sequence[str], read: Mapping[str, int], numbers: np.ndarray, cells: Sequence[pa.Array]
) -> Iterator[Text]:
    """Yield what is to be said of rows that have ended by a column that nobody reads; ``read`` are those that are."""
    if table.naming != "name":
        return
    for at, title in enumerate(header[: len(cells)]):
        if at in read.values() or not _TITLE.search(fold(title)):
            continue
        found = np.flatnonzero(pc.match_substring_regex(cells[at], _ENDED).to_numpy(zero_copy_only=False)).tolist()
        if found:
            rows, cell = first_few(numbers[found].tolist(), SHOWN), cells[at][found[0]].as_py().strip()
            yield Text(*(part.format(rows=rows, title=title.strip(), cell=cell) for part in ENDED))
