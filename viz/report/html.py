"""A report as one HTML file: no script at all, one style sheet, nothing from outside."""

import base64

from viz import pages, theme
from viz.report import charts
from viz.report.document import ReportDocument, ReportFigure


def html_bytes(document: ReportDocument) -> bytes:
    """Return the report as a page that opens from a disk."""
    policy, style = pages.Policy(), theme.stylesheet("report") + _margin(document.mark)
    context = {
        "document": document, "style": policy.style(style), "policy": policy, "drawing": _drawing,
        "kind": lambda block: type(block).__name__, "state_class": lambda state: f"s-{state.replace('_', '-')}",
    }  # fmt: skip
    return pages.render_page("report.html.j2", document.lang, context).encode()


def _margin(mark: str) -> str:
    """Return the rule that prints a mark on every page."""
    return f'@page {{ @top-right {{ content: "{mark}"; font: 9pt sans-serif; }} }}\n' if mark else ""


def _drawing(figure: ReportFigure) -> str:
    """Return the chart as an address that holds it; as a picture its own styles are under no policy of the page."""
    return "data:image/svg+xml;base64," + base64.b64encode(charts.draw(figure, "svg")).decode()
