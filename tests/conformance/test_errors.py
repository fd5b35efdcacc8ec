"""Whatever the stores' own libraries raise becomes one of our errors, each with a way out."""

import inspect
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import neo4j.exceptions
import pyarrow as pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from graph import errors, schema
from graph.comparison import plan
from graph.delta import Facts
from graph.stores import embedded, neo4j_errors
from graph.stores import neo4j as server
from graph.stores.base import Store
from graph.stores.opening import open_store
from tests.support.export import digest
from tests.support.handmade import write

URL = "bolt://127.0.0.1:7687"

# --- the driver of Neo4j ------------------------------------------------------------------------------

UNREACHABLE, FAILURE = errors.StoreUnreachable, errors.StoreFailure
DRIVER: dict[str, type[errors.ShuniuError]] = {
    "AuthError": errors.WrongPassword,
    "TokenExpired": errors.WrongPassword,
    "ServiceUnavailable": UNREACHABLE,
    "RoutingServiceUnavailable": UNREACHABLE,
    "WriteServiceUnavailable": UNREACHABLE,
    "ReadServiceUnavailable": UNREACHABLE,
    "IncompleteCommit": UNREACHABLE,
    "SessionExpired": UNREACHABLE,
    "DatabaseUnavailable": errors.DatabaseStarting,
    "ConnectionPoolError": UNREACHABLE,
    "ConnectionAcquisitionTimeoutError": UNREACHABLE,
    "UnsupportedServerProduct": UNREACHABLE,
    **dict.fromkeys(
        (
            *("Neo4jError", "ClientError", "CypherSyntaxError", "CypherTypeError", "ConstraintError", "Forbidden"),
            *("DatabaseError", "TransientError", "NotALeader", "ForbiddenOnReadOnlyDatabase", "DriverError"),
            *("SessionError", "TransactionError", "TransactionNestingError", "ResultError", "ResultFailedError"),
            *("ResultConsumedError", "ResultNotSingleError", "BrokenRecordError", "ConfigurationError"),
            *("AuthConfigurationError", "CertificateConfigurationError"),
        ),
        FAILURE,
    ),
}
CODES = {
    "Neo.ClientError.Security.Unauthorized": errors.WrongPassword,
    "Neo.ClientError.Security.CredentialsExpired": errors.WrongPassword,
    "Neo.ClientError.Security.AuthenticationRateLimit": errors.WrongPassword,
    "Neo.ClientError.Security.TokenExpired": errors.WrongPassword,
    "Neo.ClientError.Statement.AccessMode": errors.StoreReadOnly,
    "Neo.ClientError.Transaction.TransactionTimedOut": errors.QueryTimeout,
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration": errors.QueryTimeout,
    "Neo.ClientError.Schema.ConstraintValidationFailed": errors.StoreMoved,
    "Neo.DatabaseError.Schema.ConstraintCreationFailed": errors.DatabaseShared,
    "Neo.ClientError.Schema.IndexAlreadyExists": errors.DatabaseShared,
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase": errors.StoreForbids,
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": errors.StoreForbids,
    "Neo.ClientError.Security.Forbidden": errors.StoreForbids,
    "Neo.ClientError.Cluster.NotALeader": errors.StoreForbids,
    "Neo.TransientError.General.DatabaseUnavailable": errors.DatabaseStarting,
    "Neo.ClientError.Statement.SyntaxError": FAILURE,
    "Neo.ClientError.Database.DatabaseNotFound": errors.DatabaseMissing,
    "Neo.TransientError.Transaction.DeadlockDetected": FAILURE,
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": FAILURE,
    "Neo.DatabaseError.General.UnknownError": FAILURE,
}


def driver_errors() -> dict[str, type[Exception]]:
    """Return every exception that the driver documents, by name."""
    public = inspect.getmembers(neo4j.exceptions, inspect.isclass)
    ours = (neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError)
    return {name: kind for name, kind in public if issubclass(kind, ours)}


def raised(kind: type[Exception]) -> Exception:
    """Return an instance as the driver makes it, whatever its constructor wants."""
    if issubclass(kind, neo4j.exceptions.Neo4jError):
        made = hydrated("Neo.X.Y.Z")
        made.__class__ = kind
        return made
    bare = kind.__new__(kind)
    Exception.__init__(bare, "what the driver says")
    return bare


def hydrated(code: str) -> Exception:
    """Return what the driver makes of a server's answer."""
    made: Exception = neo4j.exceptions.Neo4jError._hydrate_neo4j(code=code, message="what it says")
    return made


def test_the_table_names_every_exception_of_the_driver() -> None:
    assert set(DRIVER) == set(driver_errors())


@pytest.mark.parametrize("name", sorted(driver_errors()))
def test_driver_error(name: str) -> None:
    error = raised(driver_errors()[name])
    assert isinstance(error, server.FOREIGN)
    assert type(server.translate(error, URL)) is DRIVER[name]


@pytest.mark.parametrize("code", CODES)
def test_server_code(code: str) -> None:
    assert type(server.translate(hydrated(code), URL)) is CODES[code]


def test_the_database_of_the_server_itself_holds_no_graph() -> None:
    found = server.translate(hydrated("Neo.ClientError.Statement.SemanticError"), f"{URL}/system")
    assert (type(found), found.details) == (
        errors.DatabaseMissing, {"url": f"{URL}/system", "database": "system"}
    )  # fmt: skip


@pytest.mark.parametrize("error", [ConnectionResetError("reset"), TimeoutError("late"), socket.gaierror("nobody")])
def test_network_error(error: OSError) -> None:
    assert isinstance(error, server.FOREIGN)
    assert isinstance(server.translate(error, URL), UNREACHABLE)


# --- Ladybug: one exception class, told apart by its words --------------------------------------------

SAID = {
    "IO exception: Could not set lock on file : /g.lbug (held by PID 4711)": errors.StoreLocked,
    "IO exception: Cannot write to file. path: /g.lbug Error: No space left on device": errors.DiskFull,
    "IO exception: Cannot write to file. path: /g.lbug.wal fileDescriptor: 4 offsetToWrite: 225482 "
    "numBytesToWrite: 4096 numBytesWritten: 3894. Error: Success": errors.DiskFull,
    "Runtime exception: Found duplicated primary key value load-2, which violates the uniqueness": errors.StoreMoved,
    "Interrupted.": errors.QueryTimeout,
    "Cannot execute write operations in a read-only transaction!": errors.StoreReadOnly,
    "Connection exception: Cannot execute write operations in a read-only database!": errors.StoreReadOnly,
    "IO exception: Cannot open file /g.lbug: Permission denied": errors.FileUnwritable,
    "Runtime exception: Unable to open database. The file is not a valid Lbug database file!": errors.StoreDamaged,
    "Storage exception: Checksum verification failed, the WAL file is corrupted.": errors.StoreDamaged,
    "Runtime exception: Corrupted wal file. Read out invalid WAL record type.": errors.StoreDamaged,
    "Runtime exception: Cannot read checkpoint: metadata page range starts at 8": errors.StoreDamaged,
    "Runtime exception: Reading past the end of the file /g.lbug with size 114688": errors.StoreDamaged,
    "Copy exception: Unable to find primary key value nope.": FAILURE,
    "Binder exception: Table Nix does not exist.": FAILURE,
    "Buffer manager exception: Unable to allocate memory! The buffer pool is full and no memory": FAILURE,
    "something new": FAILURE,
}


@pytest.mark.parametrize("words", SAID)
def test_what_ladybug_says(words: str) -> None:
    assert type(embedded.translate(RuntimeError(words), Path("/g.lbug"))) is SAID[words]


def test_who_holds_the_lock_is_named() -> None:
    said = "Could not set lock on file (held by PID 4711)"
    assert "4711" in embedded.translate(RuntimeError(said), Path("/g.lbug")).say("en")


# --- opening ------------------------------------------------------------------------------------------

BAD_URLS = [
    *("http://127.0.0.1", "bolt://", "neo4j://user:secret@", "postgres://u:secret@h/db"),
    *("bolt://127.0.0.1:port", "bolt://127.0.0.1:99999", "bolt://[::1", "ladybug://", "ladybug:///", "graph.lbug"),
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_bad_url(url: str) -> None:
    with pytest.raises(errors.BadStoreUrl) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


@contextmanager
def listener(answer: bytes | None, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Listen as something that is no Neo4j: it says ``answer`` and hangs up, or with None never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                if tls:
                    try:
                        connection = tls.wrap_socket(connection, server_side=True)
                    except OSError:  # who does not speak it, or trust us, is hung up on
                        continue
                held.append(connection)
                if answer is not None:
                    connection.recv(100)
                    connection.sendall(answer)
                    connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in held:
            connection.close()


NO_ANSWER = pytest.param(None, marks=pytest.mark.slow)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x00\x00\x00", NO_ANSWER])
def test_something_else_answers(answer: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.stores.neo4j.CONNECT_SECONDS", 1.0)  # so long for a greeting, and twice in all
    began = time.monotonic()
    with listener(answer) as port, pytest.raises(errors.StoreUnreachable) as caught:
        open_store(f"bolt://neo4j:secret-word@127.0.0.1:{port}")
    assert time.monotonic() - began < 60
    assert str(port) in caught.value.say("zh")
    assert "secret-word" not in str(caught.value)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What a server needs to speak TLS with a certificate that nobody else signed."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize("scheme", ["bolt+s", "neo4j+s"])
def test_a_certificate_that_is_not_trusted_is_told_by_its_fault(tls: ssl.SSLContext, scheme: str) -> None:
    with listener(b"", tls) as port, pytest.raises(errors.EncryptionMismatch) as caught:
        open_store(f"{scheme}://neo4j:x@localhost:{port}")
    assert "self-signed certificate" in caught.value.say("zh")
    assert "+ssc://" in caught.value.way_out("en")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_server_without_encryption_is_told(answer: bytes) -> None:
    with listener(answer) as port, pytest.raises(errors.EncryptionMismatch) as caught:
        open_store(f"bolt+ssc://neo4j:x@127.0.0.1:{port}")
    assert caught.value.details["reason"] == neo4j_errors.NOT_TLS


def test_a_server_that_wants_encryption_is_one_that_does_not_answer(tls: ssl.SSLContext) -> None:
    with listener(b"", tls) as port, pytest.raises(errors.StoreUnreachable) as caught:
        open_store(f"bolt://neo4j:x@localhost:{port}")
    assert type(caught.value) is errors.StoreUnreachable
    assert "bolt+s://" in caught.value.way_out("zh")


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(errors.StoreUnreachable):
        open_store(f"neo4j://neo4j:x@127.0.0.1:{port}")
    assert time.monotonic() - began < 60


@pytest.mark.neo4j
def test_wrong_password(neo4j_url: str) -> None:
    address = neo4j_url.rpartition("@")[2]
    with pytest.raises(errors.WrongPassword) as caught:
        open_store(f"bolt://neo4j:not-the-password@{address}")
    assert "not-the-password" not in str(caught.value)


@pytest.mark.neo4j
@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_database_that_is_not_there_is_told_by_its_name(neo4j_url: str, scheme: str) -> None:
    with pytest.raises(errors.DatabaseMissing) as caught:
        open_store(f"{scheme}{neo4j_url.removeprefix('bolt')}/sichuan")
    address = neo4j_url.rpartition("@")[2]
    assert caught.value.details == {"database": "sichuan", "url": f"{scheme}://{address}/sichuan"}


@pytest.mark.parametrize("content", [b"no database", b"\x00" * 5000, bytes(range(256)) * 500])
def test_a_file_that_is_no_store(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "graph.lbug"
    path.write_bytes(content)
    for _ in range(2):  # nor is the second try told that the first one holds it
        with pytest.raises(errors.StoreDamaged):
            open_store(f"ladybug://{path}")
    assert path.read_bytes() == content


def test_a_cut_file(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    with open_store(f"ladybug://{path}") as store:
        write(store, {"Need": [{"key": "n"}]})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(errors.StoreDamaged):
        open_store(f"ladybug://{path}")


def test_an_empty_file_is_a_new_store(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    path.touch()
    with open_store(f"ladybug://{path}") as store:
        write(store, {"Need": [{"key": "n"}]})


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(errors.FileUnwritable):
        open_store(f"ladybug://{tmp_path / 'file' / 'graph.lbug'}")


def test_a_store_of_a_model_that_nobody_knows(store: Store, request: pytest.FixtureRequest) -> None:
    facts = Facts()
    facts.add(schema.nodes()["Load"], pa.Table.from_pylist([{"key": "load-1", "model": "0123456789ab"}]))
    store.apply(plan(facts, None))
    url = store.url
    if url.startswith("ladybug"):
        store.close()
    else:
        url = request.getfixturevalue("neo4j_url")
    with pytest.raises(errors.StoreNewer):
        open_store(url)
    if not url.startswith("ladybug"):  # nobody else could open the server, either
        request.getfixturevalue("wipe")()


# --- one owner of the file ----------------------------------------------------------------------------

OPEN = """
import sys, time
from graph.stores.opening import open_store
with open_store(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A store file that another process has open; its URL and that process's id."""
    url = f"ladybug://{tmp_path / 'graph.lbug'}"
    command = [sys.executable, "-c", OPEN, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield url, process.pid
        process.communicate("", timeout=120)


def test_another_process_has_the_file(locked: tuple[str, int]) -> None:
    url, pid = locked
    began = time.monotonic()
    with pytest.raises(errors.StoreLocked) as caught:
        open_store(url)
    assert time.monotonic() - began < 20, "nobody waits for it"
    assert str(pid) in caught.value.say("zh")
    assert "--store" in caught.value.way_out("en")


def test_this_process_has_the_file(tmp_path: Path) -> None:
    url = f"ladybug://{tmp_path / 'graph.lbug'}"
    with open_store(url), pytest.raises(errors.StoreLocked, match=str(os.getpid())):
        open_store(url)
    open_store(url).close()


# --- a full disk --------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 48 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        if os.environ.get("CI") == "true" and os.geteuid() == 0:
            pytest.fail(f"CI runs as root and yet cannot mount: {mounted.stderr}")
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


NEEDS = {"Need": [{"key": f"n{at}", "description": os.urandom(400).hex()} for at in range(40_000)]}


def test_a_disk_without_room_is_not_written_to(small_disk: Path) -> None:
    with open_store(f"ladybug://{small_disk / 'graph.lbug'}") as store:
        write(store, {"Need": [{"key": "n", "state": "open"}]})
        before = digest(store)
        (small_disk / "filler").write_bytes(bytes(20 * 2**20))
        with pytest.raises(errors.DiskFull):
            write(store, {"Need": NEEDS["Need"][:10_000]})
        assert digest(store) == before
        (small_disk / "filler").unlink()
        write(store, {"Need": [{"key": "later"}]})


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "room"), [(40_000, 28 * 2**20), (900, 900 * 2**10)], ids=["bulk", "logged"])
def test_a_disk_that_fills_up_meanwhile(
    rows: int, room: int, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"ladybug://{small_disk / 'graph.lbug'}"
    with open_store(url) as store:
        write(store, {"Need": [{"key": "n", "state": "open"}]})
        before = digest(store)
        (small_disk / "filler").write_bytes(bytes(shutil.disk_usage(small_disk).free - room))
        monkeypatch.setattr(embedded, "GROWTH", 0)  # there was room when the write began
        monkeypatch.setattr(embedded, "SPARE_BYTES", 0)
        with pytest.raises(errors.DiskFull):
            write(store, {"Need": NEEDS["Need"][:rows]})
        served = None
        with suppress(errors.DiskFull):
            served = digest(store)
        assert served in (None, before), "what may be gone after opening again is not shown"
    (small_disk / "filler").unlink()
    with open_store(url) as store:
        assert digest(store) == before
        write(store, {"Need": [{"key": "later"}]})
