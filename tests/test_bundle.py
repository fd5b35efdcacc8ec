"""The archive for machines without a network installs where there is none, and answers."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.support.terminal import PROJECT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("SHUNIU_SOAK" not in os.environ, reason="it fetches every wheel: make soak"),
]


def test_it_installs_in_an_empty_network_namespace(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "deploy/bundle.py", str(tmp_path)], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    archive = Path(made.stdout.strip())
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    folder = tmp_path / archive.name.removesuffix(".tar.gz")
    plain = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHON": sys.executable}
    alone = ["unshare", "-rn", str(folder / "install.sh"), str(tmp_path / "there")]
    told = subprocess.run(alone, check=True, capture_output=True, text=True, env=plain, cwd=tmp_path)
    assert told.stdout.startswith("shuniu ")
    ask = ["unshare", "-rn", str(tmp_path / "there" / "bin" / "shuniu"), "region", "资阳市"]
    assert subprocess.run(ask, capture_output=True, env=plain, cwd=tmp_path, check=False).returncode == 0
    (folder / "wheels" / sorted(path.name for path in (folder / "wheels").iterdir())[0]).write_bytes(b"changed")
    assert subprocess.run(alone, capture_output=True, env=plain, check=False).returncode != 0
