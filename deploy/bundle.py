"""An archive that installs without network, root or compiler: wheels, an account of them (SBOM), an installer.

``python deploy/bundle.py FOLDER [PLATFORM]`` writes an archive into a folder; the wheels are those of
requirements.lock, checked by its hashes. PLATFORM is x86_64 (default) or aarch64; glibc 2.28 or newer.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
GLIBC = ("2_28", "2_27", "2_26", "2_24", "2_17", "2_12", "2_5")
INSTALL = """#!/bin/sh
# 离线安装：./install.sh 目录    Installs without a network: ./install.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:?"./install.sh FOLDER"}
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (VERSION))' || {
  echo '需要 Python NAMED。 Python NAMED is needed; name it by PYTHON=…' >&2; exit 1; }
(cd "$here" && sha256sum --quiet -c SHA256SUMS)
"$python" -m venv "$target"
"$target/bin/python" -m pip install -q --disable-pip-version-check --no-index --no-deps "$here"/wheels/*.whl
"$target/bin/shuniu" --version
"""


def download(folder: Path, machine: str) -> None:
    """Fetch the wheels of the lock for a machine, whatever machine this is."""
    names = [f"manylinux_{glibc}_{machine}" for glibc in GLIBC] + [f"manylinux2014_{machine}", f"linux_{machine}"]
    platforms = [word for name in names for word in ("--platform", name)]
    run("pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--only-binary=:all:",
        *platforms, "-r", "requirements.lock", "-d", str(folder))  # fmt: skip


def run(*arguments: str) -> None:
    """Run a module of this Python in the project."""
    subprocess.run([sys.executable, "-m", *arguments], cwd=PROJECT, check=True)


def sbom(wheels: list[Path]) -> dict[str, object]:
    """Return what is in the archive, as CycloneDX 1.5 says it."""
    components = []
    for wheel in wheels:
        name, version = wheel.name.split("-")[:2]
        name = name.replace("_", "-").lower()
        components.append(
            {
                "type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}",
                "hashes": [{"alg": "SHA-256", "content": digest(wheel)}],
            }
        )  # fmt: skip
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bundle(into: Path, machine: str) -> Path:
    """Write the archive and return its path."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        wheels = root / "wheels"
        wheels.mkdir()
        download(wheels, machine)
        run("hatchling", "build", "-t", "wheel", "-d", str(wheels))
        found = sorted(wheels.iterdir())
        version = next(path.name.split("-")[1] for path in found if path.name.startswith("shuniu-"))
        write(root, "sbom.cdx.json", json.dumps(sbom(found), indent=1))
        major, minor = sys.version_info[:2]
        install = INSTALL.replace("VERSION", f"{major}, {minor}").replace("NAMED", f"{major}.{minor}")
        write(root, "install.sh", install).chmod(0o755)
        for name in ("README.md", "README.zh-CN.md", "LICENSE", "NOTICE", "docs/operations.md"):
            write(root, Path(name).name, (PROJECT / name).read_text(encoding="utf-8"))
        listed = sorted(path for path in root.rglob("*") if path.is_file())
        sums = "".join(f"{digest(path)}  {path.relative_to(root).as_posix()}\n" for path in listed)
        write(root, "SHA256SUMS", sums)
        into.mkdir(parents=True, exist_ok=True)
        name = f"shuniu-{version}-py{major}{minor}-linux-{machine}"
        with tarfile.open(into / f"{name}.tar.gz", "w:gz", compresslevel=1) as archive:
            archive.add(root, name, filter=_for_anybody)
        return into / f"{name}.tar.gz"


def _for_anybody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return a member that whoever unpacks it can read, and whose maker is nobody's business."""
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def write(root: Path, name: str, content: str) -> Path:
    """Write a small file and return its path."""
    (root / name).write_text(content, encoding="utf-8")
    return root / name


if __name__ == "__main__":
    print(bundle(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "x86_64"))
