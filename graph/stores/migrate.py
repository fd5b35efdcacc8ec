"""A file that an older model made gets the tables and columns that were added since."""

import hashlib
from functools import cache

import ladybug

from graph import errors, schema
from graph.evolution import ensure_readable
from graph.language import Text
from graph.schema import Statement
from graph.stores import cypher

MIGRATED = Text(
    "存储由较早的版本建立，已补上新增的表和列；数据没有改变；请勿再用较早的版本打开",
    "An earlier version made this store; what the model has gained was added to it. No data changed; do not "
    "open it with earlier versions any more.",
)
AHEAD = Text(
    "存储由较早的版本写成，可照常使用；下次载入后，较早的版本不再能打开它",
    "An earlier version wrote this store; it is used as it is. After the next load earlier versions do not open it.",
)
TYPES = {name: schema.type_name(kind) for kind, name in cypher.LADYBUG_TYPES.items()}


@cache
def fingerprint() -> str:
    """Return a short digest of the statements that make the tables of the present model."""
    return hashlib.blake2b(";".join(cypher.ladybug_schema()).encode(), digest_size=6).hexdigest()


def needed(connection: ladybug.Connection, place: object) -> tuple[bool, list[str]]:
    """Return whether a file has tables, and the statements that give it what it lacks of the present model.

    Raises:
        StoreNewer: it has tables or columns that are not known here, or a load of a model that is not.
        StoreOutdated: it lacks something, and one of its loads is of a model that the present one does not contain.
    """
    found = tables(connection)
    if not found:
        return False, list(cypher.ladybug_schema())
    # How relationships are told apart is no matter of tables.
    wanted = frozenset(words[:2] if words[0] == "type" else words for words in schema.statements())
    if found != wanted and ("property", "Load", "model", "str") in found:
        ensure_readable((model for (model,) in _rows(connection, cypher.LADYBUG_MODELS)), place)
    if found - wanted:
        raise errors.StoreNewer(path=place)
    return True, list(cypher.ladybug_additions(wanted - found))


def tables(connection: ladybug.Connection) -> frozenset[Statement]:
    """Return what the tables of a file say, in the words of a model."""
    listed = [(name, kind == "NODE") for name, kind in _rows(connection, "CALL show_tables() RETURN name, type")]
    ours = [name for name, _ in listed if name.isidentifier()]
    linking = [name for name, is_node in listed if not is_node and name in ours]
    asked = [*map(cypher.ladybug_columns, ours), *map(cypher.ladybug_pairs, linking)]
    answers = _rows_of_each(connection, asked) if asked else []
    said: set[Statement] = {("label" if is_node else "type", name) for name, is_node in listed}
    for name, columns in zip(ours, answers, strict=False):
        said |= {("property", name, column, TYPES.get(type_, type_)) for column, type_ in columns}
    for name, pairs in zip(linking, answers[len(ours) :], strict=True):
        said |= {("pair", name, *ends) for ends in pairs}
    return frozenset(said)


def _rows_of_each(connection: ladybug.Connection, texts: list[str]) -> list[list[list[str]]]:
    """Return what each of several texts reads; in one statement, as each of its own takes twice the time."""
    results = connection.execute(";".join(texts))
    return [result.get_all() for result in (results if isinstance(results, list) else [results])]  # type: ignore[misc]


def _rows(connection: ladybug.Connection, text: str) -> list[list[str]]:
    rows: list[list[str]] = connection.execute(text).get_all()  # type: ignore[union-attr, assignment]
    return rows
