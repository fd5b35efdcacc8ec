"""What is wrong with the files beside a store, and the one command that mends each.

Whatever is looked at, nothing raises: what cannot be read is a finding.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graph.errors import HomeDamaged, HomeForbidden, KeyMissing, ShuniuError, SourceMissing, WrongKey
from graph.home import Home
from graph.language import Text, counted
from graph.lines import read_lines
from graph.manifest import FOLDERS, GROWING, JOURNAL, MANIFEST, PURPOSES, SIGNALS, Fault, Listing
from loaders.keep.archive import fetch_check
from loaders.keep.audit import AuditLog
from loaders.keep.history import FOREIGN_LIST, NOTE, History
from loaders.keep.journal import Journal
from loaders.keep.keys import KEY, Keys, sealed_files
from loaders.keep.permissions import ensure_permitted
from loaders.keep.vault import SEALED, Contacts, Seal

Level = Literal["good", "note", "bad"]
NOTHING = Text("", "")
REPAIR = Text("运行 shuniu doctor --repair。", "Run `shuniu doctor --repair`.")
REBUILD = Text("运行 shuniu rebuild。", "Run `shuniu rebuild`.")
GONE = Text(
    "有备份时运行 shuniu restore 备份文件 --replace；没有则运行 shuniu doctor --repair，把它移出清单。",
    "With a backup, run `shuniu restore BACKUP --replace`; without, `shuniu doctor --repair` takes it off the list.",
)
FAULTS: dict[Fault, Text] = {
    "missing": Text("不见了", "is missing"),
    "unreadable": Text("无法读取", "cannot be read"),
    "size": Text("大小与写入时不同", "has another size than when it was written"),
    "content": Text("内容与写入时不同", "has another content than when it was written"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    what: Text
    way_out: Text = NOTHING


UNLISTED = Finding(
    "note",
    Text(
        "载入历史由较早的版本写成，还没有文件清单",
        "An earlier version wrote the history; there is no list of its files yet.",
    ),
    Text("下一次载入或 shuniu doctor --repair 会登记。", "The next load makes it, or `shuniu doctor --repair`."),
)


def finding_of(error: ShuniuError, way_out: Text | None = None) -> Finding:
    """Return an error as a finding, with the command that mends it."""
    if way_out is None and isinstance(error, HomeDamaged):
        way_out = REPAIR if Path(error.details["path"]).name in (MANIFEST, JOURNAL, SIGNALS, NOTE) else REBUILD
    said = Text(error.say("zh"), error.say("en"))
    return Finding("bad", said, way_out or Text(error.way_out("zh"), error.way_out("en")))


def obstacles(home: Path) -> list[Finding]:
    """Return what keeps all else from being looked at: another user's files, or a file where a folder should be."""
    try:
        ensure_permitted(home)
    except HomeForbidden as error:
        return [finding_of(error)]
    no_folder = Text("应是文件夹，却是文件", "a file where a folder should be")
    way_out = Text(
        "请把它移到别处，再运行 shuniu doctor：它说明还缺什么。",
        "Move it away, then run `shuniu doctor` again: it tells what is amiss.",
    )
    taken = (home / name for name in FOLDERS if (home / name).is_file())
    return [finding_of(HomeDamaged(path=path, reason=no_folder), way_out) for path in taken]


def examine_home(home: Path, *, thorough: bool = False) -> list[Finding]:
    """Look at everything beside a store; ``thorough`` reads files to their ends and opens what is sealed."""
    return obstacles(home) or examine_files(home, thorough=thorough)


def examine_files(home: Path, *, thorough: bool = False) -> list[Finding]:
    """Look at every file beside a store, as :func:`examine_home`, where no obstacle is in the way."""
    try:
        listing = Home(home).listing()
        if History(home).is_foreign(listing):
            raise HomeDamaged(path=home / MANIFEST, reason=FOREIGN_LIST)
    except HomeDamaged as error:
        return [finding_of(error, REPAIR), *guarded(lambda: _journal(home)), *guarded(lambda: _key(home))]
    key = guarded(lambda: _key(home))
    opens = not any(finding.level == "bad" for finding in key)
    checks: list[Callable[[], Iterator[Finding]]] = [
        lambda: _list(home, listing),
        lambda: _files(home, listing, thorough=thorough),
        lambda: _journal(home),
        lambda: _damaged_lines(SIGNALS, read_lines(home / SIGNALS).damaged),
        lambda: iter(key),
        lambda: _sources(home, thorough=thorough and opens),
        lambda: _people(home) if thorough and opens else iter(()),
    ]
    return [finding for check in checks for finding in guarded(check)]


def audit_findings(log: AuditLog) -> Iterator[Finding]:
    """Yield where an audit log is not what was written, or that it is whole; nothing where there is none."""
    keep = Text(
        f"请保全 {log.folder} 并查明是谁改动；之后把它移走，另起新的日志。",
        f"Keep {log.folder} as it is and find out who changed it; then move it away, and a new log begins.",
    )
    try:
        breaks, anchor = log.breaks(), log.anchor()
    except HomeDamaged as error:
        yield finding_of(error, keep)
        return
    if breaks:
        first, places = breaks[0], counted(len(breaks), "place")
        said = Text(
            f"审计日志有 {len(breaks)} 处不符，最先在第 {first.row} 条：{first.what.zh}",
            f"the audit log does not fit in {places}, first in row {first.row}: {first.what.en}",
        )
        yield Finding("bad", said, keep)
    elif anchor:
        yield Finding("good", Text(f"审计日志 {anchor.rows:,} 条完整", f"the audit log is whole: {anchor.rows:,} rows"))


def guarded(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Return the findings of a check; what it cannot read is one."""
    found: list[Finding] = []
    try:
        found.extend(check())
    except ShuniuError as error:
        found.append(finding_of(error))
    except OSError as error:
        found.append(finding_of(HomeDamaged(path=error.filename, reason=error.strerror), REBUILD))
    return found


def _list(home: Path, listing: Listing) -> Iterator[Finding]:
    here = {folder.name for folder in History(home).folders()}
    if here and not (home / MANIFEST).exists():
        if History(home).keeps_list():
            yield finding_of(HomeDamaged(path=home / MANIFEST, reason=FAULTS["missing"]), REPAIR)
        else:
            yield UNLISTED
        return
    if lost := sorted(listing.loads.keys() - here):
        yield Finding("bad", Text(f"载入历史缺少 {'、'.join(lost)}", f"the history lacks {', '.join(lost)}"), REBUILD)
    extra = [name for name in Home(home).present() if name not in listing.files and name not in GROWING]
    if extra:
        yield Finding(
            "note",
            Text(
                f"有 {len(extra)} 个不在清单中的文件，如 {extra[0]}", f"{len(extra)} files are on no list: {extra[0]} …"
            ),
            Text(
                "它们不影响结果；下一次载入或 shuniu doctor --repair 会登记。",
                "They change nothing; they are listed by `shuniu doctor --repair`.",
            ),
        )


def _files(home: Path, listing: Listing, *, thorough: bool) -> Iterator[Finding]:
    wrong = 0
    for name, entry in sorted(listing.files.items()):
        if fault := Home(home).fault(name, entry, thorough=thorough):
            wrong += 1
            if (name, fault) != (KEY, "missing"):  # told with what it is for
                yield _faulty(home, name, fault)
    if not wrong and listing.files:
        n = len(listing.files)
        how = Text("逐字节核对", "read to their ends") if thorough else Text("核对大小", "by their sizes")
        yield Finding("good", Text(f"{n} 个文件齐全（{how.zh}）", f"all {n} files are there ({how.en})"))


def _faulty(home: Path, name: str, fault: Fault) -> Finding:
    purpose = PURPOSES.get(name.split("/", maxsplit=1)[0], NOTHING)
    said = FAULTS[fault]
    return Finding("bad", Text(f"{purpose.zh} {name} {said.zh}", f"{purpose.en}: {name} {said.en}"), remedy(home, name))


def remedy(home: Path, name: str) -> Text:
    """Return the command that brings a file back."""
    kind, *rest = name.split("/")
    if name == JOURNAL or (kind == "loads" and rest[-1] == NOTE):
        return REPAIR
    if kind == "loads":
        return REBUILD
    if kind == "sources":
        return _load_again(home, rest[0])
    if kind == KEY:
        return Text(f"请把备份的密钥放回 {home / KEY}。", f"Put your copy of the key back at {home / KEY}.")
    return GONE


def _load_again(home: Path, digest: str) -> Text:
    names = {Path(path).name for e in Journal(home).loads() for path, d in e.get("files", {}).items() if d == digest}
    if not names:
        return GONE
    listed = "、".join(sorted(names))
    return Text(
        f"请再次载入原文件 {listed}（shuniu load），或从备份恢复。",
        f"Load the original file {listed} again (`shuniu load`), or restore a backup.",
    )


def _journal(home: Path) -> Iterator[Finding]:
    lines = read_lines(home / JOURNAL)
    if lines.torn:
        yield Finding(
            "note",
            Text("载入日志最后一行没有写完", "the journal's last line was never finished"),
            Text("下一次载入会略去它；它没有被确认过。", "The next load drops it; it was acknowledged to nobody."),
        )
    yield from _damaged_lines(JOURNAL, lines.damaged)
    known = {e["load"] for e in Journal(home).loads() if e["state"] == "done"}
    if lacking := [folder.name for folder in History(home).folders() if folder.name not in known]:
        listed = "、".join(lacking)
        yield Finding("bad", Text(f"载入日志缺少 {listed}", f"the journal lacks {listed}"), REPAIR)
    begun = [e["load"] for e in Journal(home).loads() if e["state"] == "begun"]
    if begun:
        yield Finding(
            "note",
            Text(f"未见结束的载入：{'、'.join(begun)}", f"loads that never ended: {', '.join(begun)}"),
            Text("下一次载入会自动补完或清除它们。", "The next load completes or drops them by itself."),
        )


def _damaged_lines(name: str, damaged: Iterable[int]) -> Iterator[Finding]:
    if numbers := "、".join(map(str, damaged)):
        yield Finding("bad", Text(f"{name} 第 {numbers} 行已损坏", f"{name} is damaged in line {numbers}"), REPAIR)


def _key(home: Path) -> Iterator[Finding]:
    keys = Keys(home / KEY)
    if not keys.file.exists() and not any(True for _ in sealed_files(home)):
        return
    way_out = remedy(home, KEY)
    try:
        keys.check()
    except (KeyMissing, WrongKey) as error:
        yield finding_of(error, way_out)
        return
    except HomeDamaged:
        pass
    if keys.next.exists():
        yield Finding(
            "note",
            Text("更换密钥没有完成", "the change of keys was not finished"),
            Text("运行 shuniu keys rotate，它会接着完成。", "Run `shuniu keys rotate`: it goes on where it was."),
        )
    if keys.file.stat().st_mode & 0o077:
        yield Finding(
            "bad",
            Text("密钥文件可被其他用户读取", "other users can read the key file"),
            Text(f"运行 chmod 600 {keys.file}。", f"Run chmod 600 {keys.file}."),
        )
    else:
        yield Finding("good", Text("密钥文件只有本人可读", "only its owner can read the key file"))


def _sources(home: Path, *, thorough: bool) -> Iterator[Finding]:
    seal = Seal(home / KEY)
    events = [e for e in Journal(home).loads() if e["state"] == "done"]
    digests = sorted({digest for e in events for digest in e.get("files", {}).values()})
    wrong = 0
    for digest in digests:
        try:
            fetch_check(digest, home, seal, thorough=thorough)
        except SourceMissing as error:
            wrong += 1
            yield finding_of(error, _load_again(home, digest))
        except ShuniuError as error:
            wrong += 1
            yield finding_of(error)
    if not wrong:
        yield Finding(
            "good", Text(f"{len(digests)} 个源文件副本齐全", f"all {len(digests)} copies of sources are there")
        )


def _people(home: Path) -> Iterator[Finding]:
    contacts = Contacts(home, Seal(home / KEY))
    for path in sealed_files(home):
        if path.name == SEALED or path.suffix == ".sealed":
            try:
                contacts.reseal(path)
            except ShuniuError as error:
                yield finding_of(error, remedy(home, path.relative_to(home).as_posix()))
