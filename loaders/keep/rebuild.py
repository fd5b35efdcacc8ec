"""The graph made again from its sources: every load and every decision, in the order in which they were."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.errors import NothingToRebuild
from graph.stores.base import Store
from loaders.identify.review import decide
from loaders.keep.archive import fetch
from loaders.keep.journal import Journal
from loaders.keep.vault import KEY, Seal
from loaders.merge.full_delivery import FullDelivery
from loaders.pipeline import Progress, load, silent
from loaders.read.delivery import DeliveryNote
from loaders.reference.graph import ensure_reference
from loaders.tables import Origin
from loaders.write import requests


@dataclass(frozen=True)
class Rebuilt:
    """What was done again: the names of the loads, and those whose rows came out otherwise than then."""

    loads: tuple[str, ...]
    different: tuple[str, ...]


def set_aside(*paths: Path) -> list[Path]:
    """Rename files and folders that are in the way, so that nothing is lost; return their new names."""
    mark = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    aside = []
    for path in filter(Path.exists, paths):
        aside.append(path.rename(path.with_name(f"{path.name}.aside-{mark}")))
    return aside


def rebuild(store: Store, home: Path, *, progress: Progress = silent) -> Rebuilt:
    """Do everything again in an empty ``store`` that the journal in ``home``, that of another store, tells of.

    Raises:
        NothingToRebuild: the journal tells of no load.
        SourceMissing, SourceDamaged, WrongKey: a sealed copy of a source is not there or cannot be opened.
        StoreProblem: the store failed.
    """
    events = [e for e in Journal(home).loads() if e["state"] == "done"]
    if not events:
        raise NothingToRebuild(path=home)
    if (home / KEY).exists():
        store.home.mkdir(parents=True, exist_ok=True)
        shutil.copy2(home / KEY, store.home / KEY)
    done, different = [], []
    for event in events:
        if not _again(store, home, event, progress):
            different.append(str(event["load"]))
        done.append(str(event["load"]))
    return Rebuilt(tuple(done), tuple(different))


def _again(store: Store, home: Path, event: dict[str, Any], progress: Progress) -> bool:
    """Do one load again; tell whether the same became of its rows."""
    match event["kind"]:
        case "reference":
            ensure_reference(store)
        case "review":
            a, b = event["pair"]
            decide(store, a, b, event["verdict"])
        case "request":
            requests.again(store, event["request"])
        case _:
            return _load(store, home, event, progress)
    return True


def _load(store: Store, home: Path, event: dict[str, Any], progress: Progress) -> bool:
    seal = Seal(home / KEY)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, digest in event["files"].items():
            place = root / Path(path).relative_to(Path(path).anchor)
            place.parent.mkdir(parents=True, exist_ok=True)
            fetch(digest, home, seal, place.parent, place.name)
        options = event["options"]
        report = load(
            store,
            [root / Path(path).relative_to(Path(path).anchor) for path in event["paths"]],
            origin=options["origin"] and Origin(**options["origin"]),
            note=options["note"] and DeliveryNote(**options["note"]),
            full=options["full"] and FullDelivery(**options["full"]),
            shrink=True,
            official=options["official"],
            progress=progress,
        )
    same: bool = [vars(t) for t in report.tables] == event["tables"]
    return same
