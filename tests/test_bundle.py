"""The archive for machines without a network installs where there is none, and answers."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.terminal import PROJECT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("SHUNIU_SOAK" not in os.environ, reason="it fetches every wheel: make soak"),
]


TOOLS = ("sh", "dirname", "sha256sum", "env")
"""All that installing needs beside Python: no compiler is among them."""
GLIBC = (2, 28)


def libraries(wheels: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the native libraries in wheels."""
    for wheel in sorted(wheels.iterdir()):
        with ZipFile(wheel) as packed:
            for name in packed.namelist():
                if ".so" in Path(name).suffixes:
                    yield f"{wheel.name}: {name}", packed.read(name)


def test_it_installs_in_an_empty_network_namespace(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "deploy/bundle.py", str(tmp_path)], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    archive = Path(made.stdout.strip())
    with tarfile.open(archive) as packed:
        assert {(one.mode & 0o044, one.uname) for one in packed.getmembers()} == {(0o044, "")}
        packed.extractall(tmp_path, filter="data")
    folder = tmp_path / archive.name.removesuffix(".tar.gz")
    for name, content in libraries(folder / "wheels"):
        needed = {tuple(map(int, found)) for found in re.findall(rb"GLIBC_(\d+)\.(\d+)", content)}
        assert max(needed, default=(0, 0)) <= GLIBC, name
    (tools := tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(str(shutil.which(tool)))
    plain = {"PATH": str(tools), "HOME": str(tmp_path), "PYTHON": sys.executable}
    alone = [str(shutil.which("unshare")), "-rn", str(folder / "install.sh"), str(tmp_path / "there")]
    told = subprocess.run(alone, check=True, capture_output=True, text=True, env=plain, cwd=tmp_path)
    assert told.stdout.startswith("shuniu ")
    ask = [*alone[:2], str(tmp_path / "there" / "bin" / "shuniu"), "region", "资阳市"]
    assert subprocess.run(ask, capture_output=True, env=plain, cwd=tmp_path, check=False).returncode == 0
    next((folder / "wheels").iterdir()).write_bytes(b"changed")
    assert subprocess.run(alone, capture_output=True, env=plain, check=False).returncode != 0
