"""Charts without a browser: matplotlib, with the same Chinese font on every machine; the same figure, the same bytes.

They are read in black and white: a state differs by pattern and symbol, and every bar carries its number.
"""

import io
from functools import cache, lru_cache
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pylopdf_fonts_zh_cn as chinese_fonts
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Polygon
from matplotlib.text import Text as AxesText

from viz import places, theme
from viz.numbers import UNKNOWN, percent
from viz.report.document import Bar, ReportFigure
from viz.report.glyphs import printable

WIDTH = 6.1
"""Inches: the width of the text."""
DPI = 200
LABEL = 16
"""Characters of a place's name beside its bar."""
BETWEEN = 1.5
"""Dots kept between the labels of a map."""
PASSES = 100
"""Rounds in which labels are pushed apart; the 21 prefectures need a few."""
HATCHES = {"empty": "xx", "unknown": "////"}
_STYLE: Any = {
    "svg.hashsalt": "shuniu",
    "svg.fonttype": "path",
    "hatch.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "path.simplify": False,
}


@cache
def font(size: float) -> FontProperties:
    """Return the Chinese sans-serif face of the charts."""
    return FontProperties(fname=str(chinese_fonts.sans_path()), size=size)


@lru_cache(maxsize=64)  # one chart goes into several files
def draw(figure: ReportFigure, form: Literal["svg", "png"]) -> bytes:
    """Return the chart as a picture."""
    with rc_context(_STYLE):
        canvas = _map(figure) if figure.kind == "map" else _bars(figure)
        canvas.axes[0].set_title(figure.mark, loc="right", fontproperties=font(7))
        sink = io.BytesIO()
        if form == "svg":
            canvas_of: Any = FigureCanvasSVG(canvas)
            canvas_of.print_svg(sink, metadata={"Date": None, "Creator": None})
        else:
            canvas.set_dpi(DPI)
            canvas_of = FigureCanvasAgg(canvas)
            canvas_of.print_png(sink, metadata={"Software": None})
        return sink.getvalue()


def _label_text(bar: Bar) -> str:
    """Return a name that leaves room for its bar; the table of the chart has it whole."""
    short = bar.label if len(bar.label) <= LABEL else f"{bar.label[: LABEL - 1]}…"
    return printable(short, chinese_fonts.sans_path())


def colour(bar: Bar) -> str:
    """Return what a place is filled with: its state's colour, of *partial* the shade of its share."""
    if bar.state == "partial" and bar.value is not None:
        return theme.shade(theme.band(bar.value))
    return theme.marks("coverage_states")[bar.state].colour


def _symbol(bar: Bar) -> str:
    return theme.marks("coverage_states")[bar.state].symbol


def _bars(figure: ReportFigure) -> Canvas:
    canvas = Canvas(figsize=(WIDTH, 0.65 + 0.19 * max(len(figure.drawn.bars), 2)), layout="constrained")
    axes = canvas.add_subplot()
    for at, bar in enumerate(figure.drawn.bars):
        known = bar.value is not None
        axes.barh(
            at,
            bar.value if bar.value is not None else 1.0,
            height=0.72,
            edgecolor="#333333",
            linewidth=0.5,
            facecolor=colour(bar) if known else "#FFFFFF",
            hatch=HATCHES.get(bar.state) if not bar.value else None,
        )
        said = percent(bar.value) if bar.value is not None else f"{_symbol(bar)} {UNKNOWN}"
        axes.text((bar.value if bar.value is not None else 1.0) + 0.01, at, said, va="center", fontproperties=font(8))
    axes.set_yticks(range(len(figure.drawn.bars)), [_label_text(b) for b in figure.drawn.bars], fontproperties=font(8))
    axes.set_ylim(len(figure.drawn.bars) - 0.4, -0.6)
    axes.set_xlim(0, 1.12)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axes.set_xticks(ticks, [f"{t:.0%}" for t in ticks], fontproperties=font(8))
    axes.set_xlabel(figure.drawn.axis, fontproperties=font(8.5))
    axes.xaxis.grid(visible=True, color="#D5D5D5", linewidth=0.5)
    axes.set_axisbelow(True)
    return canvas


def _map(figure: ReportFigure) -> Canvas:
    canvas = Canvas(figsize=(WIDTH, 4.8), layout="constrained")
    axes = canvas.add_subplot()
    of = dict(zip(figure.drawn.regions, figure.drawn.bars, strict=True))
    for outline in places.outlines():
        bar = of.get(outline.code)
        for ring in outline.rings:
            points = [places.project(*p) for p in ring]
            axes.add_patch(
                Polygon(
                    points,
                    closed=True,
                    linewidth=0.5,
                    edgecolor="#444444",
                    facecolor=colour(bar) if bar and bar.value is not None else "#FFFFFF",
                    hatch=None if bar is None or bar.value else HATCHES.get(bar.state),
                )
            )
    labels = [_label(axes, bar, outline) for outline in places.outlines() if (bar := of.get(outline.code))]
    axes.autoscale_view()
    axes.invert_yaxis()
    axes.set_aspect("equal")
    axes.set_axis_off()
    _part(canvas, axes, labels)
    return canvas


def _part(canvas: Canvas, axes: Axes, labels: list[AxesText]) -> None:
    """Push labels that overlap apart, each pair by half along the shorter way, so that every name can be read."""
    sheet: Any = FigureCanvasAgg(canvas)
    canvas.draw_without_rendering()
    boxes = [label.get_window_extent(sheet.get_renderer()).padded(BETWEEN) for label in labels]
    at = np.array([[box.x0 + box.width / 2, box.y0 + box.height / 2] for box in boxes])
    half = np.array([[box.width, box.height] for box in boxes]) / 2
    moved = np.zeros_like(at)
    for _ in range(PASSES):
        apart = True
        for one, other in combinations(range(len(labels)), 2):
            way = at[other] + moved[other] - at[one] - moved[one]
            short = half[one] + half[other] - np.abs(way)
            if short.min() <= 0:
                continue
            apart, along = False, int(short.argmin())
            push = np.copysign(short[along] / 2, way[along])
            moved[one, along] -= push
            moved[other, along] += push
        if apart:
            break
    to_map = axes.transData.inverted()
    for label, shift in zip(labels, moved, strict=True):
        x, y = to_map.transform(axes.transData.transform(label.get_position()) + shift)
        label.set_position((float(x), float(y)))


_NUDGES = {"510100": (0.05, -0.02), "511400": (-0.08, 0.0), "513200": (0.0, 0.15)}
"""Labels that stand clearer a little beside the prefecture's centre, degrees east and south."""


def _label(axes: Axes, bar: Bar, outline: places.Outline) -> AxesText:
    east, south = _NUDGES.get(outline.code, (0.0, 0.0))
    x, y = places.project(*outline.centre)
    value = percent(bar.value) if bar.value is not None else _symbol(bar)
    return axes.text(
        x + east,
        y + south,
        f"{_label_text(bar)}\n{value}",
        ha="center",
        va="center",
        linespacing=1.05,
        fontproperties=font(6.5),
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "alpha": 0.78, "linewidth": 0},
    )
