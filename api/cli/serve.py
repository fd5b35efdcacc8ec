"""The command that opens the other door: HTTP."""

import os
import signal
import socket
import sys
import threading
from contextlib import AbstractContextManager, nullcontext, suppress
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from api.cli.keys import ring_of
from api.cli.options import Language, StoreUrl, speak
from api.http import WatchedConnection, create_app, is_loopback, prepare
from api.settings import read_settings
from api.sharing import shared
from graph.errors import BadParameter
from graph.language import Text
from graph.stores.address import is_embedded
from graph.stores.base import Store
from loaders.reference.graph import ensure_reference

LOOPBACK_ONLY = Text(
    "没有密钥时只在本机监听：127.0.0.1；先用 shuniu keys create 发放密钥",
    "without keys it listens on this machine alone: 127.0.0.1; first make one by `shuniu keys create`",
)
GRACE_SECONDS = 4
"""So long after it is told to stop the service still finishes answers."""
LAST_SECONDS = 9.5
"""Then it ends, whatever a thread is at; what it was writing is completed at the next opening."""
app = typer.Typer()


class StoppableServer(uvicorn.Server):
    """A server that has ended ten seconds after it is told to."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end, and make sure of the end."""
        last = threading.Timer(LAST_SECONDS, os._exit, [0])
        last.daemon = True
        last.start()
        super().handle_exit(sig, frame)


def _end(_signal: int, _frame: object) -> None:
    """End by way of all that is to be closed."""
    sys.exit(0)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址 / address")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="端口 / port")] = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """启动 HTTP 服务 / serve the HTTP API."""
    speak(lang)
    settings = read_settings()
    host, port = host or settings.host, port or settings.port
    if not (is_loopback(host) or settings.contained or settings.oidc_issuer or ring_of(store).listed()):
        raise BadParameter(name="--host", value=host, reason=LOOPBACK_ONLY)
    _check_address(host, port)
    with settings.open_store(store) as opened_store, _shared(opened_store, host, port):
        ensure_reference(opened_store)
        app = create_app(settings, opened_store)
        prepare(app)
        config = uvicorn.Config(
            app, host=host, port=port, http=WatchedConnection, timeout_graceful_shutdown=GRACE_SECONDS,
            ws="none", log_config=None, access_log=False,
        )  # fmt: skip
        server = StoppableServer(config)
        signal.signal(signal.SIGTERM, _end)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, server.handle_exit)
        with suppress(KeyboardInterrupt):
            server.run()


def _shared(store: Store, host: str, port: int) -> AbstractContextManager[None]:
    """Let commands of this account use a store whose file the server owns; others they open by themselves."""
    return shared(store, pid=os.getpid(), http=f"http://{host}:{port}") if is_embedded(store.url) else nullcontext()


def _check_address(host: str, port: int) -> None:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        why = Text(f"不能在此监听：{error.strerror}", f"cannot listen there: {error.strerror}")
        raise BadParameter(name="--host, --port", value=f"{host}:{port}", reason=why) from error
