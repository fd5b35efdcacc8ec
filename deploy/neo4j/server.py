"""Neo4j without containers: its jars through Maven, then start, stop and ask for it.

Needs Java 17 or newer, Maven for the first fetch, and nothing but Python's standard library, so that it
works before any environment exists. The server speaks Bolt on 127.0.0.1 alone, with a password, and cannot
read files of the host. With --http-port it serves Neo4j Browser there, and nothing else over HTTP; the page asks this
machine alone.

    python3 deploy/neo4j/server.py fetch
    python3 deploy/neo4j/server.py start --home .neo4j/home --password-file .neo4j/password
    python3 deploy/neo4j/server.py status|wait|stop --home .neo4j/home
    python3 deploy/neo4j/server.py import --from EXPORT --home .neo4j/home --password-file .neo4j/password

``import`` fills a home that holds no graph yet from ``shuniu export EXPORT --format neo4j-admin``, by Neo4j's own tool.

The password comes from SHUNIU_NEO4J_PASSWORD, else from the file, which is made when it is missing. It holds
from a home's first start on; later it is changed as in any Neo4j. Exit codes: 0 done, 1 not running, 2 wrong
use, 3 something is missing.
"""

import argparse
import fcntl
import hashlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

POM = Path(__file__).with_name("pom.xml")
PROJECT = POM.parents[2]
STYLE = POM.with_name("style.grass")
LIB = PROJECT / ".neo4j" / "lib"
PASSWORD = "SHUNIU_NEO4J_PASSWORD"  # noqa: S105 - the variable's name, not its value

CONF = """\
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.https.enabled=false
dbms.security.auth_enabled=true
# Not even a read session may open files of this machine.
dbms.security.allow_csv_import_from_file_urls=false
# Modest on purpose: the server shares its machine with the program. Transactions may take 70 % of the heap,
# which is Neo4j's default.
server.memory.pagecache.size={pagecache}
db.tx_log.preallocate=false
# A stop takes one second instead of ten: whoever stops it has no client to be polite to.
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
dbms.usage_report.enabled=false
"""
BROWSER = """\
server.http.enabled=true
server.http.listen_address=127.0.0.1:{port}
# The page alone: it asks over Bolt, as everybody does.
server.http_enabled_modules=BROWSER
# It tells nobody of its use, and fetches nothing from elsewhere: left alone it takes scripts of three other hosts.
client.allow_telemetry=false
dbms.security.http_static_content_security_policy_header=default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; \
connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:* http://localhost:* ws://localhost:* data: blob:
"""
NO_BROWSER = "server.http.enabled=false\n"
READ_ONLY = "server.databases.default_to_read_only=true\n"
MAIN = "org.neo4j.server.CommunityEntryPoint"
ADMIN = "org.neo4j.cli.AdminTool"
ARGUMENTS = "import.args"  # what the export calls the file that names all others
# As in the server's own start script: the page cache and Netty reach into the JDK.
OPENS = [f"--add-opens=java.base/{p}=ALL-UNNAMED" for p in ("java.nio", "java.io", "sun.nio.ch")]


def say(zh: str, en: str) -> None:
    """Tell a person, on stderr: stdout is for what programs read."""
    print(f"{zh}\n{en}", file=sys.stderr)


def fail(code: int, zh: str, en: str, detail: str = "") -> NoReturn:
    """End with the contract's exit code, a clear word and what the other program said."""
    say(zh, en)
    if detail:
        print(detail, file=sys.stderr)
    sys.exit(code)


def java() -> str:
    """Return the path of a Java that is new enough."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    told = ""
    if found:
        told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if not found or not version or int(version[1]) < 17:
        fail(
            3,
            "没有找到 Java 17 或更高版本（Debian/Ubuntu：apt install openjdk-17-jre-headless）。",
            "Java 17 or newer was not found (Debian/Ubuntu: apt install openjdk-17-jre-headless).",
            told,
        )
    return found


def fetch(lib: Path) -> None:
    """Copy the server's jars into ``lib`` unless those of this very pom.xml are there."""
    stamp, wanted = lib / ".pom.sha256", hashlib.sha256(POM.read_bytes()).hexdigest()
    java()  # asked first: without it the jars are of no use
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    if not (maven := shutil.which("mvn")):
        fail(
            3,
            "没有找到 Maven（Debian/Ubuntu：apt install maven）。",
            "Maven was not found (Debian/Ubuntu: apt install maven).",
        )
    say(
        "正在通过 Maven 下载 Neo4j（约 140 MB，只需一次）…",
        "Fetching Neo4j through Maven (about 140 MB, only once) …",
    )
    lib.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=lib.parent) as scratch:  # half a download never looks whole
        fresh = Path(scratch) / "lib"
        command = [
            maven,
            "-q",
            "-B",
            "-f",
            str(POM),
            "dependency:copy-dependencies",
            f"-DoutputDirectory={fresh}",
        ]
        if not _maven_can_write():
            command.append(f"-Dmaven.repo.local={lib.parent / 'm2'}")
        run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if run.returncode:
            said = _tail(run.stdout + run.stderr)
            fail(3, "Maven 下载失败，请检查网络：", "Maven could not fetch it; check the network:", said)
        (fresh / stamp.name).write_text(wanted)
        shutil.rmtree(lib, ignore_errors=True)
        fresh.rename(lib)


def _maven_can_write() -> bool:
    # Java takes the home folder from the user database, not from $HOME.
    try:
        return os.access(pwd.getpwuid(os.getuid()).pw_dir, os.W_OK)
    except KeyError:
        return False


def password(file: Path | None) -> str:
    """Return the password from the environment or ``file``, which is made with a random one when missing."""
    given = os.environ.get(PASSWORD, "")
    if not given and file:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(18) + "\n")
        given = file.read_text().strip()
    if len(given) < 8:
        fail(
            2,
            f"请用 {PASSWORD} 或 --password-file 给出至少 8 个字符的密码。",
            f"Give a password of at least 8 characters in {PASSWORD} or --password-file.",
        )
    return given


def auth_line(secret: str) -> str:
    """Return Neo4j's record of its first user.

    Writing it is what `neo4j-admin dbms set-initial-password` does, but that takes the password as an
    argument, which every user of the machine can see. Format: SHA-256 over salt and password, 1,024 times.
    """
    salt = secrets.token_bytes(32)
    digest = hashlib.sha256(salt + secret.encode()).digest()
    for _ in range(1023):
        digest = hashlib.sha256(digest).digest()
    return f"neo4j:SHA-256,{digest.hex()},{salt.hex()},1024:\n"


class Home:
    """A server's folder: configuration, data, logs, and a lock that lives as long as the server does."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.console = self.path / "logs" / "console.log"
        self._lock = self.path / "server.pid"

    def prepare(self, args: argparse.Namespace) -> None:
        """Write the configuration and, before the first start, the password."""
        secret = password(args.password_file)
        for folder in ("conf", "logs", "data/dbms"):
            (self.path / folder).mkdir(parents=True, exist_ok=True)
        (self.path / "conf" / "neo4j.conf").write_text(
            CONF.format(port=args.port, pagecache=args.pagecache)
            + (BROWSER.format(port=args.http_port) if args.http_port else NO_BROWSER)
            + (READ_ONLY if args.read_only else "")
            + "".join(f"{line}\n" for line in args.settings)
        )
        if not (self.path / "data" / "databases").exists():
            initial = self.path / "data" / "dbms" / "auth.ini"
            initial.touch(mode=0o600)
            initial.write_text(auth_line(secret))

    def launch(self, command: list[str], port: int) -> subprocess.Popen[bytes]:
        """Start ``command`` in the background. It inherits our lock: no stale pid file, no mistaken pid."""
        with self._lock.open("a+") as lock, self.console.open("wb") as console:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, cwd=self.path,
                start_new_session=True, pass_fds=[lock.fileno()],
            )  # fmt: skip
            lock.truncate(0)
            lock.write(f"{process.pid} {port}\n")
        return process

    def running(self) -> tuple[int, int] | None:
        """Return process id and port of the running server."""
        try:
            with self._lock.open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            pid, port = self._lock.read_text().split()
            return int(pid), int(port)
        return None

    def ready(self, port: int) -> bool:
        """Tell whether Bolt answers and the databases behind it are up, which comes later."""
        if not bolt_answers(port):
            return False
        _, begun, since = (self.path / "logs" / "neo4j.log").read_text().rpartition("Starting...")
        return not begun or "Started." in since

    def last_words(self) -> str:
        """Return the end of what the server wrote: on the console if it could not begin, else in its log."""
        logs = (self.console, self.path / "logs" / "neo4j.log")
        said = next((log for log in logs if log.is_file() and log.stat().st_size), self.console)
        return f"{said}\n{_tail(said.read_text(errors='replace'))}"


def _tail(text: str, lines: int = 15) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def bolt_answers(port: int) -> bool:
    """Shake hands as a Bolt 5.x client would."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"\x60\x60\xb0\x17" + b"\x00\x08\x08\x05" + bytes(12))  # magic; 5.0 to 5.8
            return len(connection.recv(4)) == 4
    except OSError:
        return False


def _port_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def start(args: argparse.Namespace) -> None:
    """Start the server and return once it answers."""
    home = Home(args.home)
    if found := home.running():
        return say(f"Neo4j 已在运行（端口 {found[1]}）。", f"Neo4j is running already (port {found[1]}).")
    fetch(args.lib)
    for option, port in (("port", args.port), ("http-port", args.http_port)):
        if port and _port_taken(port):
            variable = f"NEO4J_{option.upper().replace('-', '_')}"
            fail(
                3,
                f"端口 {port} 已被占用，请用 --{option} 指定另一个（make neo4j {variable}=…）。",
                f"Port {port} is taken; name another with --{option} (make neo4j {variable}=…).",
            )
    home.prepare(args)
    command = [*java_command(args), MAIN, f"--home-dir={home.path}", f"--config-dir={home.path / 'conf'}"]
    began = time.monotonic()
    process = home.launch(command, args.port)
    try:
        await_ready(home, args.port, args.timeout, process)
    except BaseException:
        process.kill()  # half started is not started, nor is a start that was interrupted
        raise
    seconds = time.monotonic() - began
    say(f"Neo4j 已启动，用时 {seconds:.0f} 秒。", f"Neo4j is up after {seconds:.0f} s.")
    secret = f' {PASSWORD}="$(cat {args.password_file})"' if args.password_file else ""
    if args.http_port:
        page = f"http://127.0.0.1:{args.http_port}/browser/"
        say(f"在浏览器中查看图（用户名 neo4j）：{page}", f"To look at the graph, as user neo4j: {page}")
        say(f"把样式文件拖到该页面上：{STYLE}", f"Drop this style file on that page: {STYLE}")
    say("在终端中这样使用：", "To use it in a shell:")
    print(f"export SHUNIU_STORE=bolt://neo4j@127.0.0.1:{args.port}{secret}")
    return None


def java_command(args: argparse.Namespace) -> list[str]:
    """Return how a program of Neo4j's jars is started, but for its name."""
    return [java(), f"-Xmx{args.heap}", "-XX:+ExitOnOutOfMemoryError", *OPENS, "-cp", f"{args.lib.absolute()}/*"]


def import_export(args: argparse.Namespace) -> None:
    """Fill an empty home from an export; the server is not running meanwhile."""
    home = Home(args.home)
    if args.source is None or not (args.source / ARGUMENTS).is_file():
        fail(
            2,
            "请用 --from 指定 shuniu export --format neo4j-admin 写出的文件夹。",
            "Name a folder written by shuniu export --format neo4j-admin with --from.",
        )
    if found := home.running():
        fail(2, f"请先停止 Neo4j（端口 {found[1]}）。", f"Stop Neo4j first (port {found[1]}).")
    fetch(args.lib)
    home.prepare(args)
    run = subprocess.run(
        [*java_command(args), ADMIN, "database", "import", "full", "neo4j", f"@{ARGUMENTS}"],
        cwd=args.source, env={**os.environ, "NEO4J_HOME": str(home.path), "NEO4J_CONF": str(home.path / "conf")},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if run.returncode:
        fail(3, "导入失败：", "The import failed:", _tail(run.stdout + run.stderr))
    say("导入完成；现在可以启动 Neo4j。", "Imported; Neo4j can be started now.")


def await_ready(home: Home, port: int, timeout: float, server: subprocess.Popen[bytes] | None = None) -> None:
    """Return when the server is ready; end the program when it died or took too long."""
    deadline = time.monotonic() + timeout
    while not home.ready(port):
        if server and server.poll() is not None:
            fail(3, "Neo4j 启动失败：", "Neo4j failed to start:", home.last_words())
        if time.monotonic() > deadline:
            zh, en = f"Neo4j 在 {timeout:.0f} 秒内没有应答：", f"Neo4j did not answer within {timeout:.0f} s:"
            fail(3, zh, en, home.last_words())
        time.sleep(0.2)


def stop(args: argparse.Namespace) -> None:
    """Ask the server to end, and insist after a minute."""
    home = Home(args.home)
    if not (found := home.running()):
        return say("Neo4j 没有在运行。", "Neo4j is not running.")
    os.kill(found[0], signal.SIGTERM)
    deadline = time.monotonic() + 60
    while home.running():
        if time.monotonic() > deadline:
            os.kill(found[0], signal.SIGKILL)
        time.sleep(0.2)
    return say("Neo4j 已停止。", "Neo4j has stopped.")


def status(args: argparse.Namespace) -> None:
    """Exit 0 when it runs and answers, else 1."""
    found = Home(args.home).running()
    if not found:
        fail(1, "Neo4j 没有在运行。", "Neo4j is not running.")
    pid, port = found
    if not bolt_answers(port):
        fail(1, f"Neo4j（进程 {pid}）没有应答。", f"Neo4j (process {pid}) does not answer.")
    say(f"Neo4j 正在运行：进程 {pid}，端口 {port}。", f"Neo4j runs: process {pid}, port {port}.")


def wait(args: argparse.Namespace) -> None:
    """Return when the server that is starting answers."""
    home = Home(args.home)
    if not (found := home.running()):
        fail(1, "Neo4j 没有在运行。", "Neo4j is not running.")
    await_ready(home, found[1], args.timeout)


COMMANDS = {"start": start, "stop": stop, "status": status, "wait": wait, "import": import_export}


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["fetch", *COMMANDS])
    parser.add_argument("--home", type=Path, default=PROJECT / ".neo4j" / "home", help="data, logs, configuration")
    parser.add_argument("--lib", type=Path, default=LIB, help="the server's jars")
    parser.add_argument("--port", type=int, default=7687)
    parser.add_argument("--http-port", type=int, default=0, help="start: serve Neo4j Browser here; 0 is off")
    parser.add_argument("--password-file", type=Path)
    parser.add_argument("--heap", default="2g")
    parser.add_argument("--pagecache", default="256m")
    parser.add_argument("--read-only", action="store_true", help="start: questions are answered, writes refused")
    parser.add_argument(
        "--set", dest="settings", action="append", default=[], metavar="NAME=VALUE", help="a further line of neo4j.conf"
    )
    parser.add_argument("--from", dest="source", type=Path, metavar="EXPORT", help="import: the folder of an export")
    parser.add_argument("--timeout", type=float, default=120, help="seconds to wait for an answer")
    args = parser.parse_args()
    if args.command == "fetch":
        fetch(args.lib)
    else:
        COMMANDS[args.command](args)


if __name__ == "__main__":
    main()
