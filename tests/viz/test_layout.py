import math
from itertools import combinations

import pytest

from graph.vocabulary import vocabulary
from tests.viz.scenes import counties, network, site
from viz import places
from viz.layout import BACKBONE, SPIRAL, arrange


@pytest.mark.parametrize("carriers", [0, 1, 40, 700])
def test_no_two_nodes_coincide_or_touch(carriers: int) -> None:
    layout = arrange(network(carriers).nodes)
    nearest = min((math.dist(a, b) for a, b in combinations(layout.points, 2)), default=math.inf)
    assert nearest > SPIRAL * 1.3


def test_everybody_in_one_county_still_has_room() -> None:
    place = counties()[0]
    layout = arrange([site(f"C{i}", place) for i in range(400)])
    assert len(set(layout.points)) == 400
    assert [c.members for c in layout.clusters] == [layout.clusters[0].members]
    assert sorted(layout.clusters[0].members) == list(range(400))


def test_the_same_network_is_always_arranged_alike() -> None:
    assert arrange(network(200).nodes) == arrange(network(200).nodes)


def test_hub_and_windows_stay_about_where_they_are() -> None:
    nodes = network(700).nodes
    hub = arrange(nodes).points[0]
    lon, lat = nodes[0].lon, nodes[0].lat
    assert lon is not None
    assert lat is not None
    x, y = places.project(lon, lat)
    assert math.dist(hub, (x * 240, y * 240)) < 5


def test_a_node_without_coordinates_stands_in_its_prefecture() -> None:
    place = counties()[-1]
    layout = arrange([site("C", place, lon=None, lat=None)])
    centre = next(o.centre for o in places.outlines() if o.code == place["parent_adcode"])
    x, y = places.project(*centre)
    assert layout.points[0] == pytest.approx((x * 240, y * 240), abs=2)


def test_nothing_to_arrange() -> None:
    assert arrange([]).points == ()


def test_backbone_kinds_are_window_kinds() -> None:
    assert set(BACKBONE) < set(vocabulary("window_kinds").ids)
