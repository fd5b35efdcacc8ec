"""Reads a written page back the way a browser would, as far as tests need it."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """All elements of a page with the text directly or deeper inside them."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in {"meta", "input", "img", "br", "link"}:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            e for e in self.elements if e.tag == tag and all(e.attributes.get(k) == v for k, v in attributes.items())
        ]

    @property
    def policy(self) -> str:
        (found,) = [e for e in self.all("meta") if e.attributes.get("http-equiv") == "Content-Security-Policy"]
        return found.attributes["content"] or ""


def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def outside(page: Page) -> list[str]:
    """Return every attribute that would fetch something or run something."""
    found = []
    for element in page.elements:
        for name, value in element.attributes.items():
            fetches = name in {"src", "href", "srcset", "data", "action", "poster", "formaction"}
            if name.startswith("on") or name == "style" or (fetches and not re.match(r"#|data:|$", value or "")):
                found.append(f"<{element.tag} {name}={value!r}>")
    return found
