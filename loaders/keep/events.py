"""What a load tells of itself in the journal and in the note of its folder: one JSON object each."""

from typing import Any, Literal, Required, TypedDict, cast

Kind = Literal["load", "reference", "review", "request", "adopted"]
State = Literal["begun", "done", "failed", "read"]


class Details(TypedDict, total=False):
    """What became of a load, and all that doing it again takes; a kind leaves out what does not concern it.

    Files of earlier versions may lack any of it, those of later ones may hold more, which is kept.
    """

    kind: Kind
    created: int
    changed: int
    retired: int
    paths: list[str]
    """What was asked to be loaded."""
    files: dict[str, str]
    """Every file that was read, with the SHA-256 of its content."""
    sheets: list[list[str]]
    """File and sheet by the number that statements name."""
    options: dict[str, Any]
    """What the outcome depends on: origin, delivery note, full delivery, whether verified values stand."""
    tables: list[dict[str, Any]]
    """The account: the fields of a :class:`loaders.write.tally.TableTally` each."""
    delivered: list[tuple[str, str, int]]
    """Rows by sender and table."""
    rejected: int
    told: bool
    """Whether anything was said beside the account."""
    rejects: str | None
    """Name of the workbook of rejected rows."""
    doubtful: int
    sealed: bool
    """Whether copies of the sources could be kept."""
    pairs: list[list[Any]]
    """Two keys and what was said of them; earlier versions wrote one ``pair`` and its ``verdict``."""
    pair: list[str]
    verdict: str
    request: dict[str, Any]
    """One step of a partner request, as it was asked for."""


class LoadEvent(Details, total=False):
    """One event of a load: its details, the state that it came to, and when (ISO 8601, UTC)."""

    load: Required[str]
    state: Required[State]
    at: str
    """Only the journal knows it."""
    begun: str
    """When it began; known where several events are told as one."""
    recovered: bool
    """Whether it was found out after a crash."""


def details(event: LoadEvent) -> Details:
    """Return what a load tells of itself, without the states that it came to."""
    own = LoadEvent.__annotations__.keys() - Details.__annotations__.keys()
    return cast("Details", {name: value for name, value in event.items() if name not in own})
