"""Self-contained pages: one escaping template environment, everything inline, a policy that allows only that.

A page opens from a disk on an isolated network. So that a hostile name can neither run nor fetch anything,
templates escape by default and the page's own content security policy admits exactly the scripts and style
sheets whose SHA-256 we computed while writing it.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from graph.language import Lang, Text
from graph.whole_file import write_whole
from viz import numbers, theme


@dataclass
class Policy:
    """Collects what a page may run and apply; ``csp`` is then the text of its policy."""

    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)

    def script(self, text: str) -> Markup:
        """Admit ``text`` as a script and return it for the template."""
        return self._admit(text, "script", self.scripts)

    def style(self, text: str) -> Markup:
        """Admit ``text`` as a style sheet and return it for the template."""
        return self._admit(text, "style", self.styles)

    @staticmethod
    def _admit(text: str, element: str, hashes: list[str]) -> Markup:
        text = text.replace("\r\n", "\n")
        if f"</{element}" in text.lower() or "<!--" in text:
            raise ValueError(f"an asset would end its <{element}> early")
        digest = hashlib.sha256(text.encode()).digest()
        hashes.append(f"'sha256-{base64.b64encode(digest).decode()}'")
        return Markup(text)  # noqa: S704 - our own asset, proved above not to leave its element

    @property
    def csp(self) -> str:
        """The Content-Security-Policy of the page."""
        parts = ["default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"]
        parts += [f"style-src {' '.join(self.styles)}"] if self.styles else []
        parts += [f"script-src {' '.join(self.scripts)}"] if self.scripts else []
        return "; ".join(parts)


def asset(name: str) -> str:
    """Return the text of a file in ``viz/assets``."""
    return files("viz").joinpath("assets", name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """Return the one template environment: escaping always on, an unknown name is an error."""
    env = Environment(
        loader=PackageLoader("viz"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {"number": numbers.number, "percent": numbers.percent, "share": numbers.share}
    env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}
    env.globals |= {"shapes": theme.SHAPES, "marks": theme.marks}
    return env


def render_page(template: str, lang: Lang, context: dict[str, Any]) -> str:
    """Return the page that ``template`` makes.

    ``tx(text)`` of a template is a :class:`Text` in the page's language, ``say(zh, en)`` the same of two strings.
    """

    def tx(text: Text) -> str:
        return text.get(lang)

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    return environment().get_template(template).render(lang=lang, tx=tx, say=say, **context)


def write_page(template: str, path: Path, lang: Lang, context: dict[str, Any]) -> Path:
    """Render ``template`` to ``path`` in UTF-8 and return it; until the page is whole, what was there stays.

    Raises:
        DiskFull, FileUnwritable: the folder cannot be made or the file cannot be written.
    """
    write_whole(path, render_page(template, lang, context).encode())
    return path
