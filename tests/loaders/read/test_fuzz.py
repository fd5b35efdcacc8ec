"""Damaged files of every format: rows, or an error of ours that names the file; never anything else."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from graph.errors import ShuniuError
from loaders.parse.rows import parse
from loaders.read import open_all
from tests.support.soak import trials

HEADER = ["名称", "类型", "所在地区", "地址", "经度"]
ROWS = [[f"示例-{n}", "服务机构", "绵阳市", f"{n} 号；“院”", f"{104 + n / 100}"] for n in range(40)]


def csv(path: Path) -> None:
    path.write_text("\n".join(",".join(row) for row in [HEADER, *ROWS]), encoding="utf-8")


def jsonl(path: Path) -> None:
    lines = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")


def listed(path: Path) -> None:
    path.write_text(json.dumps([dict(zip(HEADER, row, strict=True)) for row in ROWS]), encoding="utf-8")


def parquet(path: Path) -> None:
    pq.write_table(pa.table([list(column) for column in zip(*ROWS, strict=True)], names=HEADER), path)


def xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("机构")
        for at, row in enumerate([HEADER, *ROWS]):
            page.write_row(at, 0, row)


MAKE: dict[str, Callable[[Path], None]] = {
    "csv": csv,
    "jsonl": jsonl,
    "json": listed,
    "parquet": parquet,
    "xlsx": xlsx,
}


def damaged(content: bytes, random: Random) -> bytes:
    """Cut off, overwrite, insert, remove or repeat some bytes."""
    found = bytearray(content)
    for _ in range(random.choice((1, 1, 3, 20))):
        at = random.randrange(len(found) + 1)
        length = random.choice((1, 4, 100))
        kind = random.choice(("cut", "flip", "flip", "overwrite", "insert", "remove", "repeat"))
        if kind == "cut":
            del found[max(at, 1) :]
        elif kind == "flip" and at < len(found):
            found[at] ^= 1 << random.randrange(8)
        elif kind == "overwrite":
            found[at : at + length] = random.randbytes(length)
        elif kind == "insert":
            found[at:at] = random.choice((random.randbytes(length), b'"', b"\0", b"\r", "“".encode(), b"[" * length))
        elif kind == "remove":
            del found[at : at + length]
        else:
            found[at:at] = found[at : at + 10 * length]
    return bytes(found)


def damaged_inside(content: bytes, random: Random) -> bytes:
    """Damage one part of a workbook and zip it again, so that the parser itself sees it."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    chosen = random.choice([name for name in parts if "sheet" in name or "workbook" in name or "Strings" in name])
    parts[chosen] = damaged(parts[chosen], random)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return made.getvalue()


def read(path: Path) -> int:
    """Read a file as a load does; return how many rows it has."""
    return sum(
        len(parse(sheet, chunk)[0]) + len(list(chunk.originals(set(chunk.numbers.tolist()))))
        for sheet in open_all([path])
        for chunk in sheet.chunks()
    )


def outcomes(ending: str, folder: Path, seeds: range) -> list[bool]:
    """Tell for each seed whether the damaged file could be read."""
    sound = folder / f"机构.{ending}"
    MAKE[ending](sound)
    assert read(sound) == 2 * len(ROWS)
    found = []
    for seed in seeds:
        path = folder / f"{seed}.机构.{ending}"
        random = Random(seed)
        hurt = damaged_inside if ending == "xlsx" and seed % 2 else damaged
        path.write_bytes(hurt(sound.read_bytes(), random))
        try:
            found.append(read(path) >= 0)
        except ShuniuError as error:
            assert f"机构.{ending}" in error.say("zh")
            assert error.say("en") and error.way_out("zh")
            found.append(False)
    return found


@pytest.mark.parametrize("ending", MAKE)
def test_damaged_files(ending: str, tmp_path: Path) -> None:
    assert len(outcomes(ending, tmp_path, range(20 if ending == "xlsx" else 50))) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("ending", MAKE)
def test_many_damaged_files(ending: str, tmp_path: Path) -> None:
    found = outcomes(ending, tmp_path, range(1_000, 1_000 + trials(120, 2_000)))
    assert 0 < sum(found) < len(found)  # some can be read all the same, and some cannot
