"""Charts of a report: what is drawn can be read."""

from itertools import combinations
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from graph.language import Lang
from graph.places.gazetteer import places
from viz.places import outlines, short_name
from viz.report import charts
from viz.report.document import Bar, Drawn, ReportFigure


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_label_of_a_map_hides_another(lang: Lang) -> None:
    names = {o.code: short_name(o.code, places()[o.code].name).get(lang) for o in outlines()}
    bars = tuple(Bar(name, 0.5, "partial") for name in names.values())
    figure = ReportFigure("figure-1", "Figure 1", "map", Drawn(bars, "", "", tuple(names)), "")
    canvas = charts._map(figure)
    canvas.draw_without_rendering()
    sheet: Any = FigureCanvasAgg(canvas)
    pen = sheet.get_renderer()
    boxes = [text.get_window_extent(pen) for text in canvas.axes[0].texts]
    assert len(boxes) == 21
    assert [(a, b) for a, b in combinations(range(21), 2) if boxes[a].overlaps(boxes[b])] == []
