"""The graph made again from its sources: every load and every decision, in their order and of their time.

It is made in a new place and takes the place of the old one at the end, with everything else that the old one had;
where anything is missing for it, the old one stands as it was.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from graph.clock import as_then
from graph.errors import HomeDamaged, NothingToRebuild, StoreLocked, unwritable
from graph.home import OF_PLACE, Home, bring
from graph.language import Text
from graph.manifest import JOURNAL
from graph.stores import swap
from graph.stores.base import Store
from graph.stores.embedded import EmbeddedStore
from graph.stores.soundness import Soundness
from loaders.gathering import Progress, silent
from loaders.identify.review import Said, decide_all
from loaders.keep.archive import fetch
from loaders.keep.events import LoadEvent, details
from loaders.keep.history import History, list_anew, read_note
from loaders.keep.journal import Journal, place_of_load
from loaders.keep.keys import KEY, Keys
from loaders.keep.permissions import ensure_permitted
from loaders.keep.vault import Seal
from loaders.merge.full_delivery import FullDelivery
from loaders.pipeline import load
from loaders.read.words.delivery import DeliveryNote
from loaders.reference.graph import ensure_reference
from loaders.tables import Origin
from loaders.write import requests

ALONG = ("rejects", "snapshots", "scenarios", "cases", "signals.jsonl", *OF_PLACE)
"""What is not made again from the sources, and so comes along as it is."""


@dataclass(frozen=True)
class Rebuilt:
    """What was done again: the names of the loads, those whose rows came out otherwise than then, where the old is."""

    loads: tuple[str, ...]
    different: tuple[str, ...]
    aside: tuple[Path, ...] = ()


def rebuild_file(path: Path, *, password: str = "", progress: Progress = silent) -> Rebuilt:
    """Make the embedded store at ``path`` again, however damaged its file is; ``password`` opens locked sources.

    Raises:
        NothingToRebuild: the journal tells of no load.
        SourceMissing, SealBroken, KeyMissing: a sealed copy of a source is not there or cannot be opened.
        FolderOfAnother: the folder beside the file is that of another store, whose graph would take its place.
        StoreLocked: another process has the store.
        HomeForbidden: this user may not read all that lies beside it.
        StoreProblem, FileUnwritable: it cannot be made; the old one stands.
    """
    swap.complete(path)
    try:
        Soundness(path, swap.home_of(path)).ensure_own_folder()
    except OSError as error:
        raise unwritable(path, error) from error
    ensure_permitted(swap.home_of(path))
    with _owned(path), Home(swap.home_of(path)).lock():
        place = swap.cleared(swap.place_for_new(path))
        rebuilt = _rebuilt_at(place, swap.home_of(path), password, progress)
        swap.announce(path)
        return Rebuilt(rebuilt.loads, rebuilt.different, tuple(swap.complete(path)))


def rebuild_in(store: Store, *, password: str = "", progress: Progress = silent) -> Rebuilt:
    """Make again what an open store holds; ``password`` opens locked sources.

    Raises:
        NothingToRebuild, SourceMissing, SealBroken, KeyMissing, StoreProblem, FileUnwritable: see ``rebuild_file``.
    """
    ensure_permitted(store.home)
    with Home(store.home).lock():
        place = store.place_for_new()
        rebuilt = _rebuilt_at(place, store.home, password, progress)
        return Rebuilt(rebuilt.loads, rebuilt.different, tuple(store.adopt(place)))


@contextmanager
def _owned(path: Path) -> Iterator[None]:
    """Hold a store file as a process that has it open does, whatever is in it."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield
        return
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StoreLocked(path=path, holder="") from error
    finally:
        os.close(handle)


def _rebuilt_at(place: Path, old_home: Path, password: str, progress: Progress) -> Rebuilt:
    with swap.dropped_on_failure(place):
        with EmbeddedStore(place) as made:
            rebuilt = rebuild(made, old_home, password=password, progress=progress)
            home = made.home
        try:
            for name in ALONG:
                bring(old_home / name, home / name)
        except OSError as error:
            raise unwritable(home, error) from error
        list_anew(home)
    return rebuilt


def rebuild(
    store: Store, home: Path, *, password: str = "", until: str | None = None, progress: Progress = silent
) -> Rebuilt:
    """Do everything again in an empty ``store`` that the journal in ``home``, that of another store, tells of.

    ``until``: the name of the last load that is done again; without it all are.

    Raises:
        NothingToRebuild: the journal tells of no load, or lacks one that nothing else tells of.
        SourceMissing, SealBroken, KeyMissing: a sealed copy of a source is not there or cannot be opened.
        FileUnreadable: a source is locked, and the ``password``, which is kept nowhere, does not open it.
        StoreProblem: the store failed.
    """
    wanted = recorded_loads(home)
    events = [e for e in wanted if until is None or place_of_load(e["load"]) <= place_of_load(until)]
    if not any(event["state"] == "done" for event in events):
        raise NothingToRebuild(path=home)
    if (home / KEY).exists():
        Keys(home / KEY).check()
        try:
            store.home.mkdir(parents=True, exist_ok=True)
            shutil.copy2(home / KEY, store.home / KEY)
        except OSError as error:
            raise unwritable(store.home, error) from error
    done, different = [], []
    for event in events:
        with as_then(datetime.fromisoformat(event["at"]) if event.get("at") else None):
            if event["state"] == "read":
                Journal(store.home).write(event["load"], "read", **details(event))
                continue
            if not _again(store, home, event, password, progress):
                different.append(event["load"])
            done.append(event["load"])
    return Rebuilt(tuple(done), tuple(different))


def recorded_loads(home: Path) -> list[LoadEvent]:
    """Return the loads that were done or read, oldest first; of what the journal lacks, the history's folders tell.

    Raises:
        HomeDamaged: the journal lacks a load, and no folder tells of it either.
    """
    known = {e["load"]: e for e in Journal(home).loads() if e["state"] in ("done", "read")}
    for folder in History(home).folders():
        if "kind" not in known.get(folder.name, {}):
            known[folder.name] = cast("LoadEvent", {**read_note(folder).event, "load": folder.name, "state": "done"})
    done = [name for name in sorted(known) if known[name]["state"] == "done"]
    for number, name in enumerate(done, 1):
        if name != f"load-{number:06d}" or "kind" not in known[name]:
            reason = Text(f"没有 load-{number:06d} 的记录", f"nothing is told of load-{number:06d}")
            raise HomeDamaged(path=home / JOURNAL, reason=reason)
    return [known[name] for name in sorted(known, key=place_of_load)]


def _again(store: Store, home: Path, event: LoadEvent, password: str, progress: Progress) -> bool:
    """Do one load again; tell whether the same became of its rows."""
    match event["kind"]:
        case "reference":
            ensure_reference(store)
        case "review":
            pairs = event["pairs"] if "pairs" in event else [[*event["pair"], event["verdict"]]]
            decide_all(store, [Said(*one) for one in pairs])
        case "request":
            requests.again(store, event["request"])
        case "load":
            return _load(store, home, event, password, progress)
        case _:
            raise NothingToRebuild(path=home)
    return True


def _load(store: Store, home: Path, event: LoadEvent, password: str, progress: Progress) -> bool:
    seal = Seal(home / KEY)
    # Opened copies tell of people: a process that is killed leaves them where the next rebuild clears.
    with _unpacked(event["files"], home, seal, store.home) as root:
        options = event["options"]
        report = load(
            store,
            [root / Path(path).relative_to(Path(path).anchor) for path in event["paths"]],
            origin=options["origin"] and Origin(**options["origin"]),
            note=options["note"] and DeliveryNote(**options["note"]),
            full=options["full"] and FullDelivery(**options["full"]),
            shrink=True,
            official=options["official"],
            password=password,
            progress=progress,
            only=options.get("only"),
            root=root,
        )
    same: bool = [vars(t) for t in report.tables] == event["tables"]
    return same


@contextmanager
def _unpacked(files: dict[str, str], home: Path, seal: Seal, to: Path) -> Iterator[Path]:
    """Open the copies of some files, each under its path, in a folder that is gone afterwards."""
    try:
        folder = tempfile.TemporaryDirectory(dir=to)
    except OSError as error:
        raise unwritable(to, error) from error
    with folder as name:
        root = Path(name).absolute()
        try:
            for path, digest in files.items():
                place = root / Path(path).relative_to(Path(path).anchor)
                place.parent.mkdir(parents=True, exist_ok=True)
                fetch(digest, home, seal, place.parent, place.name)
        except OSError as error:
            raise unwritable(root, error) from error
        yield root
