"""The explorer as one file that opens from a disk: its modules put into one script, its documents beside them."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

from graph.language import Lang
from viz import pages, theme
from viz.explorer.catalogue import catalogue
from viz.explorer.modules import modules, text_of

OfflineView = Literal["overview", "matrix", "map", "chains"]
_IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\}|(?P<default>\w+)) from "(?P<path>[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE)
_LAST = re.compile(r"export\{(?P<names>[^}]*)\};?\s*(?://# .*)?\s*$")
_START = (
    "window.shuniuOffline = JSON.parse(document.getElementById('documents').textContent);"  # before any module runs
)


def write_explorer(
    cells: dict[str, Any], answers: dict[str, Any], path: Path, *, view: OfflineView = "overview", lang: Lang = "zh"
) -> Path:
    """Write the explorer with all its cells to one file and return it.

    Args:
        cells: Of :func:`viz.explorer.cells.cells_document`.
        answers: What the page would ask the service for, by address, as ``/v1/kpi?``.
        path: The file, replaced if it exists; its folder is made.
        view: The view that the file opens with.
        lang: The language that it opens in; the reader can switch.

    Raises:
        DiskFull, FileUnwritable: the file cannot be written.
    """
    policy = pages.Policy()
    context = {
        "style": policy.style(page_style()),
        "script": policy.script(f"{_START}\n{page_script()}"),
        "documents": {"catalogue": catalogue(), "cells": cells, "answers": answers, "view": view},
    }
    return pages.write_page("explorer.html.j2", path, lang, context | {"policy": policy})


@cache
def page_style() -> str:
    """Return the theme and the page's own style as one sheet."""
    return theme.stylesheet() + text_of("explorer.css")


@cache
def page_script() -> str:
    """Return all modules as one script: each a function of its own, in an order in which it finds what it imports."""
    texts = {name: text_of(name) for name in modules()}
    done: dict[str, str] = {}

    def add(name: str) -> None:
        if name in done:
            return
        done[name] = ""  # a module that imports itself by a detour would find nothing: there is none
        for found in _IMPORT.finditer(texts[name]):
            add(found["path"].removeprefix("./"))
        del done[name]
        done[name] = _wrapped(name, texts[name])

    add("main.js")
    return "\n".join(done.values())


def _variable(path: str) -> str:
    return "m_" + re.sub(r"\W", "_", path.removeprefix("./"))


def _wrapped(name: str, text: str) -> str:
    def imported(found: re.Match[str]) -> str:
        names = found["names"] or f"default: {found['default']}"
        return f"const {{ {names.strip()} }} = {_variable(found['path'])};"

    text = _IMPORT.sub(imported, text)
    if last := _LAST.search(text):
        pairs = (part.split(" as ") for part in last["names"].split(","))
        text = text[: last.start()] + f"return {{ {', '.join(f'{out}: {own}' for own, out in pairs)} }};"
    elif "export default " in text:
        text = text.replace("export default ", "const made_default = ") + "\nreturn { default: made_default };"
    else:
        names = [found["name"] for found in _EXPORT.finditer(text)]
        text = _EXPORT.sub("", text) + f"\nreturn {{ {', '.join(names)} }};"
    return f"const {_variable(name)} = (() => {{\n{text}\n}})();"
