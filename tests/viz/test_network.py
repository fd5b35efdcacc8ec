import json
from pathlib import Path

import pytest

from graph.errors import FileUnwritable
from graph.language import Lang
from graph.places.english import in_english
from queries.network.report import NetworkGraph
from tests.support.disk import short_files
from tests.viz import parsing
from tests.viz.scenes import HOSTILE, counties, meta, network, site
from viz.network import write_network


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> Lang:
    chosen: Lang = request.param
    return chosen


def test_every_node_is_in_the_directory_as_plain_text(tmp_path: Path, lang: Lang) -> None:
    graph = network(60)
    page = parsing.read(write_network(graph, tmp_path / "n.html", lang=lang, meta=meta()))
    rows = [e for e in page.all("tr") if "data-id" in e.attributes]
    assert len(rows) == len(graph.nodes)
    for row, node in zip(rows, graph.nodes, strict=True):
        assert node.name in row.text
        where = in_english(node.region, node.region_name or "") if lang == "en" else node.region_name
        assert where in row.text
        assert node.source is not None
        assert node.source in row.text


def test_a_page_of_a_few_places_counts_and_names_them_in_its_language(tmp_path: Path) -> None:
    noted = "https://smesc.cn/news/show.php?itemid=373705 (=seed notice 2020-12-22)"
    nodes = [site("a", next(c for c in counties() if c["adcode"] == "510703"), source=noted)]
    page = parsing.read(write_network(NetworkGraph(nodes=nodes, edges=[]), tmp_path / "n.html", lang="en", meta=meta()))
    (headline,) = page.all("p", **{"class": "headline"})
    assert headline.text.endswith("and 1 service carrier in 1 prefecture and 1 county.")
    (row,) = [e for e in page.all("tr") if "data-id" in e.attributes]
    assert "Fucheng, Mianyang" in row.text
    (element,) = page.all("script", type="application/json")
    (cluster,) = json.loads(element.text)["clusters"]
    assert cluster["short"] == ["涪城区", "Fucheng"]
    assert "show.php?itemid=373705" in row.text
    assert "seed notice" not in "".join(e.text for e in page.elements)


def test_hostile_names_make_no_element_and_no_attribute(tmp_path: Path) -> None:
    kind = {"kind": HOSTILE[0], "level": HOSTILE[1], "verification": HOSTILE[2], "region_name": HOSTILE[3]}
    nodes = [site(HOSTILE[9] + str(i), counties()[i], name=n, source=n, **kind) for i, n in enumerate(HOSTILE)]
    page = parsing.read(write_network(NetworkGraph(nodes=nodes, edges=[]), tmp_path / "n.html", meta=meta()))
    calm = parsing.read(write_network(network(len(HOSTILE), ()), tmp_path / "calm.html", meta=meta()))
    assert parsing.outside(page) == []
    assert {e.tag for e in page.elements} <= {e.tag for e in calm.elements}
    assert len(page.all("script")) == 3


def test_the_data_survive_and_hold_every_fact(tmp_path: Path) -> None:
    graph = network(60)
    page = parsing.read(write_network(graph, tmp_path / "n.html", meta=meta()))
    (element,) = page.all("script", type="application/json")
    data = json.loads(element.text)
    assert [f["name"] for f in data["facts"]] == [n.name for n in graph.nodes]
    assert sum(len(c["members"]) for c in data["clusters"]) == 60
    assert len(data["edges"]) == 62  # one edge ends outside the picture


def test_the_policy_admits_exactly_what_the_page_holds(tmp_path: Path) -> None:
    page = parsing.read(write_network(network(3), tmp_path / "n.html", meta=meta()))
    scripts = [parsing.digest(e.text) for e in page.all("script") if "type" not in e.attributes]
    styles = [parsing.digest(e.text) for e in page.all("style")]
    assert page.policy.startswith("default-src 'none';")
    assert f"script-src {' '.join(scripts)}" in page.policy
    assert f"style-src {' '.join(styles)}" in page.policy
    assert "unsafe" not in page.policy
    assert "http" not in page.policy


def test_synthetic_nodes_are_badged_and_announced(tmp_path: Path) -> None:
    page = parsing.read(write_network(network(40), tmp_path / "n.html", meta=meta()))
    assert len([e for e in page.all("span") if e.attributes.get("class") == "badge"]) == 20
    assert "含示例（虚构）数据：20 个节点（47.6%）" in page.all("p", **{"class": "banner"})[0].text
    real = NetworkGraph(nodes=[n for n in network(40).nodes if n.data_class == "REAL"], edges=[])
    calm = parsing.read(write_network(real, tmp_path / "r.html", meta=meta()))
    assert calm.all("p", **{"class": "banner"}) == []


def test_the_headline_counts(tmp_path: Path) -> None:
    page = parsing.read(write_network(network(40), tmp_path / "n.html", lang="en", meta=meta()))
    (headline,) = page.all("p", **{"class": "headline"})
    assert headline.text.startswith("1 provincial hub, 1 prefecture window, 0 industry-cluster windows")
    assert "40 service carriers" in headline.text


def test_an_empty_network_is_a_page_too(tmp_path: Path) -> None:
    page = parsing.read(write_network(NetworkGraph(nodes=[], edges=[]), tmp_path / "n.html", meta=meta()))
    assert len(page.all("table")) == 1


def test_a_page_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(FileUnwritable, match="无法写入"):
        write_network(network(1), tmp_path / "taken" / "n.html", meta=meta())


def test_a_page_that_the_disk_has_no_room_for_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "n.html"
    path.write_text("the one before")
    with short_files(1000), pytest.raises(FileUnwritable, match="无法写入"):
        write_network(network(1), path, meta=meta())
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"n.html": "the one before"}


def test_lines_that_nobody_stated_are_kept_apart(tmp_path: Path) -> None:
    page = parsing.read(write_network(network(60), tmp_path / "n.html", meta=meta()))
    data = json.loads(page.all("script", type="application/json")[0].text)
    counts = {implied: sum(b["count"] for b in data["bundles"] if b["implied"] is implied) for implied in (True, False)}
    assert counts == {True: 40, False: 20}
    assert all(e["dashes"] for e in data["edges"] if e["type"] == "IMPLIED")
    assert "推定，非入库事实" in page.all("main")[0].text
