"""From a URL to a store."""

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from graph import errors
from graph.evolution import ensure_readable
from graph.schema import fingerprint
from graph.stores import migrate
from graph.stores.address import data_folder, default_url, embedded_path, masked
from graph.stores.base import Query, Store
from graph.stores.embedded import EmbeddedStore
from graph.stores.first_load import first_token

FIRST = Query(
    "MATCH (l:Load) WHERE l.token IS NOT NULL AND l.token <> '' RETURN l.token AS token ORDER BY l.sequence LIMIT 1",
    {"token": str},
)
MODELS = Query("MATCH (l:Load) WHERE l.model IS NOT NULL RETURN DISTINCT l.model AS model", {"model": str})
NEO4J_SCHEMES = ("neo4j", "bolt", "neo4j+s", "neo4j+ssc", "bolt+s", "bolt+ssc")


def open_store(url: str | None = None, *, read_only: bool = False, password: str | None = None) -> Store:
    """Open the store at ``url``: ``ladybug:///path`` (made if absent) or ``neo4j://user:password@host:port/database``.

    Args:
        url: Address; without one the default embedded store.
        read_only: Several processes may read an embedded file at once as long as none writes.
        password: For Neo4j, where the URL holds none.

    Raises:
        BadStoreUrl, StoreUnreachable, WrongPassword, StoreLocked, StoreDamaged, StoreNewer, StoreOutdated,
        FileUnwritable, DiskFull.
    """
    store = _open(url or default_url(), read_only, password)
    try:
        with store.read() as session:
            models = session.table(MODELS)["model"].to_pylist()
        ensure_readable(models, store.url)
        if models and fingerprint() not in models and migrate.MIGRATED not in store.notices:
            store.notices.append(migrate.AHEAD)
    except errors.ShuniuError:
        store.close()
        raise
    return store


def _open(url: str, read_only: bool, password: str | None) -> Store:
    try:
        parts = urlsplit(url)
        port = parts.port or 7687
    except ValueError as error:
        raise errors.BadStoreUrl(url=masked(url)) from error
    if parts.scheme == "ladybug":
        return EmbeddedStore(embedded_path(url), read_only=read_only)
    # A "#", "?" or "/" in a password ends the host before its time: part of the password would be looked up, and told.
    cut_short = parts.query or parts.fragment or "@" in parts.path
    if parts.scheme in NEO4J_SCHEMES and parts.hostname and not cut_short:
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        address = f"{parts.scheme}://{host}:{port}"
        database = parts.path.strip("/") or None
        home = data_folder() / f"neo4j-{hashlib.blake2b(f'{address}/{database}'.encode(), digest_size=6).hexdigest()}"
        from graph.stores.neo4j import Neo4jStore  # noqa: PLC0415 its driver is for those who have a server

        store = Neo4jStore(
            address,
            unquote(parts.username or "neo4j"),
            unquote(parts.password or password or ""),
            database,
            home,
        )
        with store.read(loading=True) as session:
            tokens = session.table(FIRST)["token"].to_pylist()
        store.move_home(_home_of(tokens[0], home) if tokens else home)
        return store
    raise errors.BadStoreUrl(url=masked(url))


def _home_of(token: str, by_address: Path) -> Path:
    """Return the folder of the graph whose first load has this token; an address is no identity."""
    known = [home for home in sorted(by_address.parent.glob("neo4j-*")) if first_token(home) == token]
    if known:
        return known[0]
    return by_address if first_token(by_address) is None else by_address.with_name(f"neo4j-{token}")
