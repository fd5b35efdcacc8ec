"""Other formats, and several files at once."""

import io
import json
import zipfile
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from tests.golden.case import BOTH, JIA, ORGANIZATIONS, YI, Bad, Case, Rows, book, plain

LINE = {"名称": "示例-甲", "类型": "服务机构", "所在地区": 510700}


def _zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _parquet() -> bytes:
    made = io.BytesIO()
    table = pa.table(
        {
            "编号": pa.array([1, 2], pa.int64()),
            "所在地区": pa.array([510703, None], pa.int32()),
            "服务类型": pa.array(["技术支持", "技术支持"]).dictionary_encode(),
            "数量": pa.array([2.5, None], pa.float64()),
            "日期": pa.array([date(2026, 1, 31), None], pa.date32()),
        }
    )
    pq.write_table(table, made)
    return made.getvalue()


def _json() -> bytes:
    good = json.dumps(LINE), json.dumps({"所在地区": "涪城区", "名称": "示例-乙", "类型": "商会"}, ensure_ascii=False)
    return "\n".join([good[0], '{"名称": "示例-坏', "", "[1, 2]", good[1]]).encode()


WITH_BAD = (ORGANIZATIONS + "示例-丙,商会,无此地\n").encode()

CASES = {
    "lines that are no JSON object": Case(
        {"机构.jsonl": _json()},
        {"organizations": Rows(created=2, rejected=2)},
        BOTH,
        (Bad("机构.jsonl", 2, "", "", "JSON"), Bad("机构.jsonl", 4, "", "", "JSON")),
    ),
    "lists and truth values in JSON": Case(
        {
            "机构.csv": ORGANIZATIONS.encode(),
            "服务资源.jsonl": json.dumps(
                {"name": "示例-一", "kind": "仪器设备", "provider": "示例-甲",
                 "service_types": ["技术支持", "信息咨询"], "shareable": True, "capacity": 1200, "rating": None}
            ).encode(),
        },
        {"organizations": Rows(created=2), "resources": Rows(created=1)},
        {**BOTH, "Resource": {"示例-一": {"service_types": {"SC01", "SC03"}, "shareable": True, "capacity": 1200.0}}},
    ),
    "Parquet with typed columns": Case(
        {"需求清单.parquet": _parquet()},
        {"needs": Rows(created=1, rejected=1)},
        {"Need": {"1": {"region": {"510703"}, "quantity": 2.5, "day": date(2026, 1, 31)}}},
        (Bad("需求清单.parquet", 2, "所在地区", "", "必填"),),
    ),
    "an archive of files": Case(
        {"数据.zip": _zipped({"一/机构.csv": WITH_BAD, "需求清单.xlsx": book({"表": [
            ["编号", "所在地区", "服务类型"], ["示例-1", "绵阳", "技术支持"]]})})},
        {"organizations": Rows(created=2, rejected=1), "needs": Rows(created=1)},
        {**BOTH, "Need": {"示例-1": {}}},
        (Bad("数据.zip/一/机构.csv", 4, "所在地区", "无此地", "无此地"),),
    ),
    "a stray file in the folder": plain(
        {"机构.csv": ORGANIZATIONS.encode(), "会议照片.jpg": b"\xff\xd8", "~$机构.xlsx": b"lock"}, "会议照片.jpg"
    ),
    "two files of one table": Case(
        {
            "机构.csv": ORGANIZATIONS.encode(),
            "乙.机构.csv": "名称,类型,所在地区\n示例-乙,商会,涪城区\n示例-丙,商会,无此地\n".encode(),
        },
        {"organizations": Rows(created=2, merged=1, rejected=1)},
        {"Organization": {"示例-甲": JIA, "示例-乙": YI}},
        (Bad("乙.机构.csv", 3, "所在地区", "无此地", "无此地"),),
    ),
}  # fmt: skip
