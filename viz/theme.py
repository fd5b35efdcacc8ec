"""One theme for every picture and document: colours, shapes and patterns follow the vocabularies.

A vocabulary entry says how its term looks (``colour``, ``text``, ``shape``, ``pattern``, ``symbol``); this
module hands that out as data for drawings and as CSS custom properties for pages, so that a window has the
same colour on the network, in a legend and in a report.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph.language import Text
from graph.vocabulary import vocabulary

_FREE_SERIF = ("Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC", "SimSun", "serif")
SANS = ("Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif")
SERIF = ("FangSong", "STFangsong", "FangSong_GB2312", *_FREE_SERIF)
TITLE = ("方正小标宋简体", "FZXiaoBiaoSong-B05S", *_FREE_SERIF)
"""Faces a Chinese office has, then free ones; a title is 小标宋, running text 仿宋, everything else 黑体."""

LATIN_SANS = ("system-ui", "Segoe UI", "Noto Sans", "Liberation Sans")
LATIN_SERIF = ("Georgia", "Noto Serif", "Liberation Serif", "Times New Roman")
"""Come first in English: Chinese faces draw “ ” and ’ as wide as a Chinese sign."""

NEUTRAL = "#5B6775"
"""What a line or mark without a vocabulary of its own is drawn in."""

DATA_CLASS_COLOURS = {"REAL": "#1D4E89", "EDITORIAL": "#8796A8", "SYNTHETIC": "#C77700"}
"""Bars of real, editorial and synthetic shares; synthetic is dashed and badged besides."""

SHAPES = {
    "dot": "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
    "square": "M-.85-.85H.85V.85H-.85Z",
    "diamond": "M0-1.1L1 0L0 1.1L-1 0Z",
    "triangle": "M0-1L1 .8H-1Z",
    "triangleDown": "M0 1L1-.8H-1Z",
    "hexagon": "M-.5-.9H.5L1 0L.5 .9H-.5L-1 0Z",
    "star": "M0-1.1L.28-.34L1.1-.32L.45.17L.68.95L0 .49L-.68.95L-.45.17L-1.1-.32L-.28-.34Z",
}
"""Outline of every node shape in a box from -1 to 1, as SVG path data, for legends."""

BANDS = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""Upper ends of the shades of *partial*: the lower the ratio, the closer to the colour of *empty*; finer where most
places of a young network stand."""

_SHADES = (("empty", 0.42), ("empty", 0.28), ("empty", 0.14), ("", 0.0), ("white", 0.3), ("white", 0.58))
_DRAWN = ("window_kinds", "carrier_kinds", "cooperation_dimensions", "coverage_states")


@dataclass(frozen=True)
class Mark:
    """How one vocabulary term is drawn."""

    id: str
    label: Text
    colour: str
    ink: str
    shape: str
    pattern: str
    symbol: str


@cache
def marks(name: str) -> dict[str, Mark]:
    """Return how each entry of the vocabulary ``name`` is drawn, in the order of its file."""
    return {
        e.id: Mark(
            id=e.id,
            label=e.label,
            colour=e.extra.get("colour", NEUTRAL),
            ink=e.extra.get("text", "#FFFFFF"),
            shape=e.extra.get("shape", "dot"),
            pattern=e.extra.get("pattern", "none"),
            symbol=e.extra.get("symbol", ""),
        )
        for e in vocabulary(name)
    }


def node_mark(label: str, kind: str) -> Mark:
    """Return how a network node is drawn; ``label`` is Window or Carrier, an unknown kind is neutral."""
    known = marks("window_kinds" if label == "Window" else "carrier_kinds")
    return known.get(kind) or Mark(kind, Text(kind, kind), NEUTRAL, "#FFFFFF", "dot", "none", "")


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """Return ``colour`` with ``share`` (0 to 1) of ``other`` mixed in, as #RRGGBB."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _luminance(colour: str) -> float:
    linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    dark, light = sorted((_luminance(colour), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def band(ratio: float) -> int:
    """Return which shade of *partial* (a position in BANDS) a ratio has."""
    return next((i for i, end in enumerate(BANDS) if ratio < end), len(BANDS) - 1)


def shade(index: int) -> str:
    """Return the colour of the shade ``index`` of *partial*."""
    states = marks("coverage_states")
    towards, share = _SHADES[index]
    return mix(states["partial"].colour, states[towards].colour if towards in states else "#FFFFFF", share)


def _variables() -> str:
    """Return the theme's data as one ``:root`` rule of custom properties."""
    pairs = {"sans": _family(SANS), "serif": _family(SERIF), "title": _family(TITLE)}
    for name in _DRAWN:
        for mark in marks(name).values():
            pairs[f"{name}-{mark.id}".replace("_", "-")] = mark.colour
            pairs[f"{name}-{mark.id}-ink".replace("_", "-")] = mark.ink
    pairs |= {f"partial-{i}": shade(i) for i in range(len(BANDS))}
    pairs |= {f"data-class-{k.lower()}": v for k, v in DATA_CLASS_COLOURS.items()}
    latin = {
        "sans": _family(LATIN_SANS + SANS),
        "serif": _family(LATIN_SERIF + SERIF),
        "title": _family(LATIN_SERIF + TITLE),
    }
    return _rule(":root", pairs) + _rule(":root:lang(en)", latin)


def _rule(selector: str, pairs: dict[str, str]) -> str:
    return f"{selector} {{\n" + "".join(f"  --{k}: {v};\n" for k, v in pairs.items()) + "}\n"


def _family(names: tuple[str, ...]) -> str:
    return ", ".join(n if n in {"serif", "sans-serif", "system-ui"} else f'"{n}"' for n in names)


def stylesheet(*names: str) -> str:
    """Return the theme and the named sheets of ``viz/assets`` as one text of CSS."""
    folder = files("viz").joinpath("assets")
    sheets = [folder.joinpath(f"{n}.css").read_text(encoding="utf-8") for n in ("theme", *names)]
    return _variables() + "".join(sheets)
