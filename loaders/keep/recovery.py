"""What a stopped process left half done beside the graph, brought to before or after its load.

The graph says which: what it has committed is completed, anything else is dropped.
"""

from pathlib import PurePosixPath

from graph.clock import as_then
from graph.errors import HistoryApart, HomeDamaged, StoreBehind
from graph.language import Text
from graph.manifest import JOURNAL, MANIFEST, Listing, entry_of
from graph.stores.base import ReadSession, Store
from graph.stores.redo import FILE as REDO
from loaders.keep.history import FOREIGN_LIST, NOTE, History, committed, finished, read_note
from loaders.keep.journal import Journal


def stopped(store: Store) -> bool:
    """Tell whether somebody may have been stopped while he changed what lies beside the graph."""
    history = History(store.home)
    if (store.home / REDO).exists():
        return True
    if history.staged() or history.home.listing().coming:
        return True
    events = Journal(store.home).lines()
    return bool(events.torn or events.damaged) or bool(events.events and events.events[-1]["state"] == "begun")


def settle(store: Store) -> None:
    """Complete or drop what a stopped process left, unless somebody is at work on the store just now.

    Raises:
        HomeDamaged: a file beside the store is not what was written.
        DiskFull, FileUnwritable: the folder cannot be written.
    """
    if store.home.is_dir() and stopped(store):
        history = History(store.home)
        with history.home.lock(wait=False) as mine:
            if mine:
                store.settle()
                with store.read(loading=True) as session:
                    store.notices.extend(recover(history, Journal(store.home), session))


def recover(history: History, journal: Journal, session: ReadSession) -> list[Text]:
    """Bring history, journal and list to what the graph has committed, and say what was lost; the turn must be ours."""
    _check_list(history)
    history.home.settle()
    history.recover(session)
    said = journal.tidy()
    tokens = committed(session)
    known = {event["load"]: event for event in journal.loads()}
    here = {folder.name for folder in history.folders()}
    writing = session.unfinished()
    told = {load for load, event in known.items() if event["state"] == "done" and "kind" in event}
    untold = sorted((here & tokens.keys()) - told)
    times = finished(session) if untold else {}
    for load in untold:
        with as_then(times.get(load)):
            _tell(history, journal, load, begun="kind" in known.get(load, {}))
    for load, event in known.items():
        if event["state"] == "begun" and load not in tokens and load != writing:
            journal.write(load, "failed", recovered=True)
    _list(history)
    return said


def _check_list(history: History) -> None:
    """Refuse a folder whose list is gone, or another's; one of before there were lists gets its first."""
    path = history.home.folder / MANIFEST
    if not path.exists() and history.keeps_list():
        raise HomeDamaged(path=path, reason=Text("文件不见了", "it is missing"))
    if history.is_foreign(history.home.listing()):
        raise HomeDamaged(path=path, reason=FOREIGN_LIST)


def _tell(history: History, journal: Journal, load: str, *, begun: bool) -> None:
    """Tell the journal of a load that it knows nothing of, or not how it ended."""
    event = {} if begun else read_note(history.loads / load).event
    if event:
        journal.write(load, "begun", listed=False, **event)
    if begun or event:
        journal.write(load, "done", recovered=True)


def _list(history: History) -> None:
    """List what was put in its place, but not listed."""
    listing = history.home.listing()
    if not {folder.name for folder in history.folders()} - listing.loads.keys():
        return
    fresh = [name for name in history.home.present() if name not in listing.files and name != JOURNAL]
    loads = {PurePosixPath(name).parts[1] for name in fresh if name.endswith(f"/{NOTE}")}
    notes = [read_note(history.loads / load) for load in sorted(loads)]
    entries = {name: entry for note in notes for name, entry in note.listed(history.loads / note.load).items()}
    found = {name: entries.get(name) or entry_of(history.home.folder / name) for name in fresh}

    def change(listing: Listing) -> None:
        listing.files.update(found)
        listing.loads.update({note.load: note.token for note in notes})

    history.home.update(change)
    if (history.home.folder / JOURNAL).exists():
        history.home.enter(JOURNAL)


def check_chain(history: History, session: ReadSession) -> None:
    """Let only a history pass that is the graph's own, load by load.

    Raises:
        StoreBehind: the graph lacks loads of which the history tells.
        HistoryApart: the history lacks loads of the graph, or has others in their place.
        HomeDamaged: what the history tells of itself is damaged.
    """
    version, last = session.version(), history.last()
    if last > f"load-{version:06d}":
        raise StoreBehind(version=version, home=history.home.folder, last=last)
    mine = history.tokens()
    for load, token in committed(session).items():
        if load not in mine or mine.pop(load) != token:
            raise HistoryApart(home=history.home.folder, load=load)
    if mine:
        raise HistoryApart(home=history.home.folder, load=min(mine))
