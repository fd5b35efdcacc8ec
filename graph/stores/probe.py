"""Whether a store file opens and can be read to its end, tried where a crash hurts nobody: ``python probe.py file``.

With ``first`` as second word it prints the token of the first load that the file holds, and reads no more.
It imports nothing of ours, so that it runs by its path alone. Its exit status is 0 if all is well; else its last line
is what Ladybug says. With ``salvage`` as second word a torn log is taken up to where it is whole.
"""

import sys

import ladybug

BUFFER_BYTES = 256 * 2**20
FIRST = "MATCH (l:Load) WHERE l.token <> '' RETURN l.token ORDER BY l.sequence LIMIT 1"
TEXTS = {"NODE": "MATCH (n:`{}`) RETURN n", "REL": "MATCH ()-[n:`{}`]->() RETURN n"}


def read_all(path: str, *, salvage: bool) -> None:
    """Open a file, which brings in its log, read every node and relationship, and close it."""
    database = ladybug.Database(path, buffer_pool_size=BUFFER_BYTES, throw_on_wal_replay_failure=not salvage)
    connection = ladybug.Connection(database)
    for name, kind in connection.execute("CALL show_tables() RETURN name, type").get_all():  # type: ignore[union-attr]
        rows = connection.execute(TEXTS[kind].format(name))
        while rows.has_next():  # type: ignore[union-attr]
            rows.get_next()  # type: ignore[union-attr]
    connection.close()
    database.close()


def first_load(path: str) -> str:
    """Return the token of the first load in a file; empty where it holds none."""
    database = ladybug.Database(path, buffer_pool_size=BUFFER_BYTES, read_only=True)
    tokens = ladybug.Connection(database).execute(FIRST).get_all()  # type: ignore[union-attr]
    return tokens[0][0] if tokens else ""  # type: ignore[index]


if __name__ == "__main__":
    try:
        if "first" in sys.argv[2:]:
            sys.stdout.write(first_load(sys.argv[1]))
        else:
            read_all(sys.argv[1], salvage="salvage" in sys.argv[2:])
    except RuntimeError as error:
        sys.exit(" ".join(str(error).split()))
