"""What leaves the house: a wheel with every data file, and no file that tells where it was made."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = ("graph", "loaders", "queries", "viz", "api")

# Brackets keep the patterns from finding themselves.
HOSTS = re.compile(
    r"(?:py[p]i|python[h]osted|crate[s]|np[m]js|registry[.]ya[r]npkg)[.](?:org|io|com)\b"
    r"|\brepo1?[.](?:maven|apache)[.]|proxy[.]golan[g]|\bdeb[.]debia[n]|archive[.]ubunt[u]",
    re.IGNORECASE,
)
# A folder of a machine, at the start of a path: not the tail of an address or of a relative path.
FOLDERS = re.compile(r"(?<![\w.~/}-])(?:/(?:roo[t]|wor[k]|opt/wheel[s]|home/\w+|Users/\w+)\b|[A-Z]:\\User[s]\\)")


def tracked() -> list[str]:
    """Names of the files that are, or would be, under version control; none outside a clone."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git clone")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.slow
def test_the_wheel_holds_all_packages_with_their_data(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        entry_points = archive.read(next(name for name in held if name.endswith("entry_points.txt"))).decode()

    wanted = {name for name in tracked() if name.split("/", 1)[0] in PACKAGES}
    assert wanted, "no package file is known to git"
    assert wanted <= held, f"not in the wheel: {sorted(wanted - held)}"
    strangers = {name for name in held if name.split("/", 1)[0] not in PACKAGES and ".dist-info/" not in name}
    assert not strangers, "the wheel holds more than the five packages"
    assert "shuniu = api.cli:main" in entry_points


def test_the_five_packages_are_declared_alike_everywhere() -> None:
    tool = PROJECT["tool"]
    declared = (tool["hatch"]["build"]["targets"]["wheel"], tool["mypy"], tool["importlinter"])
    for section in declared:
        assert set(section.get("packages") or section["root_packages"]) == set(PACKAGES)


def test_no_file_tells_where_it_was_made() -> None:
    here = [str(ROOT), str(Path.home()), sys.prefix]
    tells = []
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if b"\0" in content:  # pictures, fonts
            continue
        text = content.decode("utf-8", "ignore")
        found = {match[0] for pattern in (HOSTS, FOLDERS) for match in pattern.finditer(text)}
        found |= {folder for folder in here if len(folder) > len("/home") and folder in text}
        tells += [f"{name}: {', '.join(sorted(found))}"] if found else []
    assert not tells, "\n".join(tells)


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-client.lock"]
)
def test_every_locked_version_carries_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^\S+==\S+.*$", text, re.MULTILINE)
    assert pinned
    assert all(line.endswith("\\") for line in pinned)
    assert not re.search(r"https?://|^-", text, re.MULTILINE), "the lock names a place"


def test_the_locks_agree() -> None:
    def versions(lock: str) -> dict[str, str]:
        return dict(re.findall(r"^(\S+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))

    runtime, dev = versions("requirements.lock"), versions("requirements-dev.lock")
    assert runtime.items() <= dev.items()
