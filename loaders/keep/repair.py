"""What can be mended from the copies that lie in the folder itself: the list, the journal, the notes of loads.

The journal and the notes of loads tell of each other, the list of both. Of what has no copy nothing is invented: it is
set aside and taken off the list.
"""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from graph.clock import as_then
from graph.errors import HomeDamaged, unwritable
from graph.home import Home, fresh_name
from graph.language import Text
from graph.lines import checked_line, read_lines
from graph.manifest import GROWING, JOURNAL, MANIFEST, SIGNALS, Listing
from graph.stores.base import ReadSession
from loaders.keep.events import details
from loaders.keep.history import NOTE, History, LoadNote, committed, finished, list_anew, read_note, write_note
from loaders.keep.journal import Journal
from loaders.keep.permissions import ensure_permitted

LOST = "lost"
"""Folder of a home for what is damaged and has no copy."""
WITHOUT_COPY = ("rejects", "snapshots", "scenarios", "cases")


def repair(home: Path, session: ReadSession) -> list[Text]:
    """Mend what can be mended, and return what was done; the turn must be ours.

    Raises:
        DiskFull, FileUnwritable: the folder cannot be written.
        HomeForbidden: this user may not read all of it.
    """
    ensure_permitted(home)
    done = _unreadable(home)
    tokens = committed(session)
    files = Home(home)
    try:
        listing: Listing | None = files.listing() if (home / MANIFEST).exists() else None
        if listing and History(home).is_foreign(listing):
            listing = None
    except HomeDamaged:
        listing = None
    done += _notes(home, listing, tokens)
    if listing is None:
        list_anew(home)
        _trust_notes(home)
        done.append(Text("已重建文件清单", "the list of files was made again"))
    done += _journal(home, finished(session))
    done += _signals(home)
    done += _lost(home)
    fresh = [name for name in files.present() if name not in files.listing().files]
    if fresh:
        files.enter(*fresh)
    return done


def _unreadable(home: Path) -> list[Text]:
    """Set aside what stands in the place of a file and is none."""
    names = [MANIFEST, *GROWING, *(f"loads/{folder.name}/{NOTE}" for folder in History(home).folders())]
    wrong = [name for name in names if (home / name).is_dir()]
    for name in wrong:
        _set_aside(home, name)
    return [Text(f"{name} 不是文件，已移开", f"{name} is no file and was set aside") for name in wrong]


def _set_aside(home: Path, name: str) -> None:
    aside = fresh_name(home / LOST / name)
    try:
        aside.parent.mkdir(parents=True, exist_ok=True)
        (home / name).rename(aside)
    except OSError as error:
        raise unwritable(aside, error) from error


def _notes(home: Path, listing: Listing | None, tokens: dict[str, str]) -> list[Text]:
    """Write the notes of loads again from the journal and the list."""
    events = {event["load"]: event for event in Journal(home).loads()}
    done = []
    for load in damaged_notes(home):
        event, token = events.get(load), (listing.loads if listing else {}).get(load, tokens.get(load))
        if not event or not token or not listing:
            continue
        start = f"loads/{load}/"
        files = {
            name.removeprefix(start): (entry.size, entry.sha256)
            for name, entry in listing.files.items()
            if name.startswith(start) and not name.endswith(f"/{NOTE}")
        }
        folder = home / "loads" / load
        try:
            write_note(folder, LoadNote(load, token, details(event), files))
        except OSError as error:
            raise unwritable(folder, error) from error
        Home(home).enter(f"loads/{load}/{NOTE}")
        done.append(Text(f"已按日志补写 {load} 的说明", f"the note of {load} was written again from the journal"))
    return done


def _trust_notes(home: Path) -> None:
    """Let the list say of the files of loads what their own notes say, so that damage among them is still seen."""

    def change(listing: Listing) -> None:
        for folder in History(home).folders():
            with suppress(HomeDamaged):
                note = read_note(folder)
                if note.event:
                    listing.files.update(note.listed(folder))

    Home(home).update(change)


def _journal(home: Path, times: dict[str, datetime]) -> list[Text]:
    """Set damaged lines aside, and tell the journal of what it lacks from the notes of the loads."""
    journal = Journal(home)
    done = journal.tidy()
    known = {event["load"]: event for event in journal.loads()}
    for folder in History(home).folders():
        event = known.get(folder.name)
        if event and event["state"] == "done" and "kind" in event:
            continue
        with suppress(HomeDamaged), as_then(times.get(folder.name)):
            journal.write(folder.name, "begun", listed=False, **read_note(folder).event)
            journal.write(folder.name, "done", listed=False, recovered=True)
            done.append(Text(f"日志已补上 {folder.name}", f"the journal tells of {folder.name} again"))
    if journal.path.exists():
        Home(home).enter(JOURNAL)
    return done


def _signals(home: Path) -> list[Text]:
    lines = read_lines(home / SIGNALS)
    listed = Home(home).listing().files.get(SIGNALS)
    if lines.damaged or (listed and Home(home).fault(SIGNALS, listed)):
        Home(home).keep({SIGNALS: "".join(map(checked_line, lines.events)).encode()})
        Home(home).enter(SIGNALS)
        return [Text("已移出检索记录中损坏的行", "damaged lines of the searches in vain were dropped")]
    return []


def _lost(home: Path) -> list[Text]:
    """Set aside what is damaged and has no copy, and take it off the list."""
    at, done = Home(home), []
    for name, entry in at.listing().files.items():
        if name in GROWING or name.split("/", maxsplit=1)[0] not in WITHOUT_COPY:
            continue
        if at.fault(name, entry, thorough=True):
            if (home / name).exists():
                _set_aside(home, name)
            at.strike([name])
            done.append(Text(f"{name} 没有副本，已移出清单", f"{name} has no copy and was taken off the list"))
    return done


def damaged_notes(home: Path) -> list[str]:
    """Return the loads whose folders do not tell of themselves."""
    lost = []
    for folder in History(home).folders():
        try:
            read_note(folder)
        except HomeDamaged:
            lost.append(folder.name)
    return lost
