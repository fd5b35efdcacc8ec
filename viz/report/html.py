"""A report as one HTML file: no script at all, one style sheet, nothing from outside."""

import base64

from viz import pages, theme
from viz.report import charts
from viz.report.document import ReportDocument, ReportFigure


def html_bytes(document: ReportDocument) -> bytes:
    """Return the report as a page that opens from a disk."""
    policy = pages.Policy()
    context = {
        "document": document, "style": policy.style(theme.stylesheet("report")), "policy": policy, "drawing": _drawing,
        "kind": lambda block: type(block).__name__, "state_class": lambda state: f"s-{state.replace('_', '-')}",
    }  # fmt: skip
    return pages.render_page("report.html.j2", document.lang, context).encode()


def _drawing(figure: ReportFigure) -> str:
    """Return the chart as an address that holds it; as a picture its own styles are under no policy of the page."""
    return "data:image/svg+xml;base64," + base64.b64encode(charts.draw(figure, "svg")).decode()
