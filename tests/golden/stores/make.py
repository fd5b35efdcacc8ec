"""Make a golden store with the code of a version: ``python tests/golden/stores/make.py FOLDER``, run in its checkout.

It goes through the command line alone, so that one script serves every version; what a version has no command for is
left out. See README.md here.
"""

import subprocess
import sys
import tarfile
from pathlib import Path

TABLES = {
    "机构.csv": "名称,所在地区,机构类型,联系电话\n"
    "示例-甲服务中心,绵阳市,服务机构,13800000000\n"
    "示例-乙研究院,成都市,科研院所,\n",
    "服务台账.csv": "编号,日期,服务类型,提供机构,服务地区,方式\n"
    "示例-1,2026-05-18,技术支持,示例-甲服务中心,绵阳市,线下\n"
    "示例-2,2026-05-19,信息咨询,示例-甲服务中心,德阳市,线上\n",
    "服务资源.csv": "资源名称,资源类别,提供机构,服务类型,所在地区,服务地区,年服务能力\n"
    "示例-检测,服务产品,示例-甲服务中心,技术支持,绵阳市,绵阳市；德阳市,40\n",
    "企业.csv": "企业名称,所在地区,规模\n示例-丙公司,绵阳市,小型\n示例-丁公司,德阳市,微型\n",
}
"""A contact, a service record, something to offer, and somebody to offer it to; all of it made up."""
RUN = "from api.cli import main; main()"


def run(*arguments: str, store: Path, may_lack: bool = False) -> None:
    command = [sys.executable, "-c", RUN, *arguments, "--store", f"ladybug://{store}"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode and not (may_lack and told.returncode == 2):
        sys.exit(told.stdout + told.stderr)


def make(folder: Path) -> None:
    """Write ``store.tar.xz`` (the file and its folder, a snapshot in it) and ``backup.zip`` into a new folder."""
    folder.mkdir(parents=True)
    tables = folder / "tables"
    tables.mkdir()
    for name, text in TABLES.items():
        (tables / name).write_text(text, encoding="utf-8")
    store = folder / "graph.lbug"
    run("load", str(tables), store=store)
    run("snapshot", "create", "--as-of", "2026-06-30", store=store, may_lack=True)
    run("backup", str(folder / "backup.zip"), store=store, may_lack=True)
    with tarfile.open(folder / "store.tar.xz", "w:xz", preset=9) as archive:
        for place in (store, store.with_name("graph.lbug.d")):
            archive.add(place, place.name)


if __name__ == "__main__":
    make(Path(sys.argv[1]).absolute())
