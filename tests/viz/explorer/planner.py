"""A planner before the page: what was asked for, what went wrong, and a service to ask."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Page, expect

PATIENCE = 60_000
"""Milliseconds that a first answer or a job may take on a busy machine."""


@contextmanager
def served(app: FastAPI, lifespan: Literal["on", "off"] = "off") -> Iterator[str]:
    """Serve an app in a thread and yield its address; its jobs need its lifespan."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan=lifespan, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


class Planner:
    """A page with what it asked for, and what went wrong in it."""

    def __init__(self, page: Page, origin: str, look: str = "") -> None:
        self.page, self.origin, self.look = page, origin, look
        self.outside, self.troubles = list[str](), list[str]()
        page.on("request", lambda r: None if r.url.startswith((origin, "data:")) else self.outside.append(r.url))
        page.on("console", lambda m: self.troubles.append(m.text))
        page.on("pageerror", lambda e: self.troubles.append(str(e)))
        page.on("dialog", lambda d: (self.troubles.append(d.message), d.dismiss()))

    def open(self, query: str = "") -> Page:
        self.page.goto(f"{self.origin}/{query}")
        self.settled()
        return self.page

    def settled(self) -> None:
        expect(self.page.locator("main#view[aria-busy=false]")).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator(".waiting")).to_have_count(0, timeout=PATIENCE)

    def query(self) -> dict[str, str]:
        return dict(self.page.evaluate("[...new URLSearchParams(location.search)]"))


def problems(page: Page) -> list[str]:
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in Axe().run(page).response["violations"]]
