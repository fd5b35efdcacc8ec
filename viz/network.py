"""The hub–window–carrier network as one page that opens anywhere: pyvis drawing, our template, no outside address."""

from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from graph.language import Lang, Text, counted
from graph.places.english import english_names, in_english
from graph.places.gazetteer import places as places_of_the_province
from graph.vocabulary import vocabulary
from queries.answers import DATA_CLASSES, Meta
from queries.network.report import NetworkGraph, NetworkNode
from queries.sources import where_to_look
from viz import numbers, pages, places, theme
from viz.layout import BACKBONE, SCALE, Layout, NodeCluster, arrange
from viz.network_drawing import link_terms, network_drawing, short_label

CROWD = 150
"""From this many nodes on, the far view shows one mark a county instead of its stations and carriers."""

_SCRIPTS = ("network_model.js", "network_shapes.js", "network_canvas.js", "network_panel.js", "network_page.js")
_TERMS = ("window_kinds", "carrier_kinds", "levels", "verifications", "data_classes", "cooperation_dimensions")
_LABELS = {"Window": "window_kinds", "Carrier": "carrier_kinds"}


def write_network(graph: NetworkGraph, path: Path, *, lang: Lang = "zh", meta: Meta) -> Path:
    """Write the network page to ``path`` and return it; the reader can switch the language in the page.

    Args:
        graph: nodes with their region's or own coordinates; edges whose ends are not among the nodes are left out.
        path: the file, replaced if it exists; its folder is made.
        lang: the language the page opens in.
        meta: version, time and data classes of the answer that ``graph`` is.

    Raises:
        DiskFull, FileUnwritable: the file cannot be written.
    """
    layout, policy = arrange(graph.nodes), pages.Policy()
    context = {
        "graph": graph,
        "meta": meta,
        "vis": policy.script(_vis_network()),
        "script": policy.script("".join(pages.asset(name) for name in _SCRIPTS)),
        "style": policy.style(theme.stylesheet("network")),
        "data": _data(graph, layout, lang),
        "headline": _headline(graph),
        "kinds": _kinds(graph),
        "prefectures": _prefectures(graph),
        "classes": _classes(graph),
        "links": link_terms(graph),
        "dimensions": sorted({e.dimension for e in graph.edges if e.dimension}),
        "generated": Text(numbers.moment(meta.generated_at, "zh"), numbers.moment(meta.generated_at, "en")),
        "as_of": _as_of(meta),
        "review_note": places.REVIEW_NOTE,
        "term_of": _LABELS,
        "where_to_look": where_to_look,
        "regions": _regions(graph),
    }
    return pages.write_page("network.html.j2", path, lang, context | {"policy": policy})


def _as_of(meta: Meta) -> Text | None:
    """Return the day of analysis, where the answer states one."""
    stated = meta.parameters.get("as_of")
    if not stated:
        return None
    day = date.fromisoformat(str(stated))
    return Text(numbers.day(day, "zh"), numbers.day(day, "en"))


def _vis_network() -> str:
    """Return the minified vis-network that pyvis brings along; its style sheet only serves controls we don't show."""
    folders = sorted(f.name for f in files("pyvis").joinpath("lib").iterdir() if f.name.startswith("vis-"))
    return files("pyvis").joinpath("lib", folders[-1], "vis-network.min.js").read_text(encoding="utf-8")


def _data(graph: NetworkGraph, layout: Layout, lang: Lang) -> dict[str, Any]:
    """Return everything the page's script needs; the template writes it as JSON that cannot leave its element."""
    sources = {s: i for i, s in enumerate(sorted({where_to_look(n.source or "") for n in graph.nodes}))}
    return {
        **network_drawing(graph, layout),
        "lang": lang,
        "aggregate": len(graph.nodes) > CROWD,
        "facts": [_facts(n, sources) for n in graph.nodes],
        "sources": list(sources),
        "clusters": [
            {
                "region": c.region,
                "short": list(_short(c)),
                "prefecture": c.prefecture,
                "x": c.x,
                "y": c.y,
                "radius": c.radius,
                "members": c.members,
            }
            for c in layout.clusters
        ],
        "outlines": _outlines(),
        "terms": _terms()
        | {f"region.{code}": list(name) for code, name in _regions(graph).items()}
        | {f"link.{k}": list(v) for k, v in link_terms(graph).items()},
        "prefectures": {c: list(name) for c, name in _prefecture_names().items()},
        "classColours": theme.DATA_CLASS_COLOURS,
    }


def _facts(node: NetworkNode, sources: dict[str, int]) -> dict[str, Any]:
    """Return what the panel shows of a node; ids of closed lists, worded by ``terms``."""
    short = short_label(node)
    return {
        "name": node.name or node.key,
        "key": node.key,
        "short": list(short) if short.zh != node.name else None,
        "kind": f"{_LABELS.get(node.label, node.label)}.{node.kind}",
        "backbone": node.label == "Window" and node.kind in BACKBONE,
        "level": node.level,
        "region": node.region,
        "prefecture": _prefecture(node),
        "source": sources[where_to_look(node.source or "")],
        "verification": node.verification,
        "dataClass": node.data_class,
        "active": node.active,
    }


def _prefecture(node: NetworkNode) -> str | None:
    """Return the prefecture a node belongs to; the hub, being the province's, has none."""
    code = node.prefecture or places.prefecture_of(node.region)
    return None if code == "510000" else code


def _terms() -> dict[str, list[str]]:
    return {f"{name}.{e.id}": list(e.label) for name in _TERMS for e in vocabulary(name)}


def _regions(graph: NetworkGraph) -> dict[str, Text]:
    """Return where nodes stand by code, in Chinese with the prefecture, in English with it after a county."""
    names, made = _prefecture_names(), dict[str, Text]()
    for node in graph.nodes:
        stated = node.region_name or ""
        above = names.get(node.prefecture or "")
        zh = f"{above.zh} · {stated}" if above and above.zh not in stated else stated
        made[node.region] = Text(zh, in_english(node.region, zh))
    return made


def _short(cluster: NodeCluster) -> Text:
    """Return a county's name without its prefecture's, for the picture."""
    place = places_of_the_province().get(cluster.region)
    zh = place.name if place else cluster.name
    return Text(zh, english_names().get(cluster.region, zh))


def _prefecture_names() -> dict[str, Text]:
    return {o.code: o.name for o in places.outlines()}


def _outlines() -> list[dict[str, Any]]:
    """Return prefecture borders in drawing units, thinned to what a screen can show."""
    quantised = ((o, [places.quantised(r, SCALE, 2.5) for r in o.rings]) for o in places.outlines())
    return [
        {"rings": [[v for p in ring for v in p] for ring in rings if ring], "code": o.code} for o, rings in quantised
    ]


def _kinds(graph: NetworkGraph) -> list[tuple[str, theme.Mark, int]]:
    """Return (term, mark, number of nodes) of every kind that occurs, in vocabulary order."""
    counts = Counter((n.label, n.kind) for n in graph.nodes)
    order = [(label, kind) for label, name in _LABELS.items() for kind in vocabulary(name).ids]
    known = [pair for pair in order if counts[pair]] + sorted(set(counts) - set(order))
    return [(f"{_LABELS.get(a, a)}.{b}", theme.node_mark(a, b), counts[a, b]) for a, b in known]


def _prefectures(graph: NetworkGraph) -> list[tuple[str, Text, int]]:
    counts = Counter(_prefecture(n) for n in graph.nodes)
    return [(o.code, o.name, counts[o.code]) for o in places.outlines()]


def _classes(graph: NetworkGraph) -> list[tuple[str, Text, int]]:
    """Return (data class, label, number of nodes), all three classes, nodes without one at the end."""
    counts = Counter(n.data_class for n in graph.nodes)
    labels = vocabulary("data_classes")
    rows = [(c, labels[c].label, counts[c]) for c in DATA_CLASSES]
    return rows + ([("", Text("未注明", "Not stated"), counts[None])] if counts[None] else [])


def _headline(graph: NetworkGraph) -> Text:
    """Return the picture in one sentence, computed from what is in it."""
    counts = Counter(n.kind if n.label == "Window" else "carrier" for n in graph.nodes)
    named = [(vocabulary("window_kinds")[k].label, counts[k]) for k in vocabulary("window_kinds").ids]
    named.append((Text("服务载体", "service carriers"), counts["carrier"]))
    prefectures = len({_prefecture(n) for n in graph.nodes if _prefecture(n)})
    counties = len({n.region for n in graph.nodes if not n.region.endswith("00")})
    closed = sum(not n.active for n in graph.nodes)
    zh = "、".join(f"{t.zh} {numbers.number(n)} 个" for t, n in named)
    english = [f"{numbers.number(n)} {t.en.lower().removesuffix('s')}{'' if n == 1 else 's'}" for t, n in named]
    en = f"{', '.join(english[:-1])} and {english[-1]}"
    return Text(
        f"{zh}，分布在 {prefectures} 个市（州）、{counties} 个区县"
        + (f"；其中 {closed} 个已停用。" if closed else "。"),
        f"{en} in {counted(prefectures, 'prefecture')} and {counted(counties, 'county', 'counties')}"
        + (f"; {closed} out of service." if closed else "."),
    )
