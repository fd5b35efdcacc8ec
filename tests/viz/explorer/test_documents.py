"""What the page is given: the same figures as the API's, every place drawn, libraries as published."""

import base64
import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from graph.places.gazetteer import reference
from graph.stores.base import Store
from graph.stores.opening import open_store
from graph.vocabulary import vocabulary
from queries.coverage import CoverageQuestion, coverage, cube_of
from queries.cube import REASONS, STATES
from queries.snapshots.keeping import create
from tests.support.stores import loaded_store
from tests.worlds import random_world
from viz.explorer.catalogue import LISTS, catalogue
from viz.explorer.cells import COLUMNS, cells_document, snapshot_document
from viz.explorer.modules import modules
from viz.explorer.offline import page_script

PAGE = Path(str(files("viz"))) / "explorer" / "page"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:

    folder = tmp_path_factory.mktemp("explorer")
    return loaded_store(random_world(3).write(folder / "tables"), folder / "store")


def test_the_columns_are_the_cells_of_the_api(store: Store) -> None:
    question = CoverageQuestion()
    _, cube = cube_of(store, question)
    answer = coverage(store, question)
    document = json.loads(json.dumps(cells_document(cube, answer.meta), allow_nan=False))
    column = {n: np.frombuffer(base64.b64decode(document["columns"][n]), t) for n, t in COLUMNS.items()}
    cells = answer.cells
    assert [r["code"] for r in document["regions"]] == list(dict.fromkeys(cube.grid.regions["key"]))
    order = np.argsort([r["code"] for r in document["regions"]], kind="stable")
    shape = (len(document["regions"]), len(document["chains"]), len(document["types"]))
    in_order = {n: v.reshape(shape)[order].ravel() for n, v in column.items()}
    np.testing.assert_allclose(in_order["demand"], cells["demand"].to_numpy(dtype=float), rtol=1e-6)
    known = in_order["demand"] > 0
    ratio = np.minimum(1, in_order["access"])
    np.testing.assert_allclose(ratio[known], cells["ratio"].to_numpy(dtype=float)[known], rtol=1e-6)
    assert [STATES[s] for s in in_order["state"]] == list(cells["state"])
    assert list(in_order["providers"]) == list(cells["providers"])
    assert [[r for i, r in enumerate(REASONS) if b >> i & 1] for b in in_order["reasons"]] == list(cells["reasons"])


def test_a_store_without_any_place_has_no_cells(tmp_path: Path) -> None:
    with open_store(f"ladybug://{tmp_path / 'empty.lbug'}") as empty:
        _, cube = cube_of(empty, CoverageQuestion())
        document = cells_document(cube, coverage(empty).meta)
    assert (document["regions"], document["chains"]) == ([], [])
    assert document["columns"] == dict.fromkeys(COLUMNS, "")


def test_a_snapshot_is_the_same_document_but_for_what_it_does_not_keep(store: Store) -> None:
    question = CoverageQuestion()
    _, cube = cube_of(store, question)
    kept = create(store, question).data
    now, then = cells_document(cube, coverage(store, question).meta), snapshot_document(store, kept.id)
    assert [then[k] for k in ("chains", "types", "states", "reason_ids")] == [
        now[k] for k in ("chains", "types", "states", "reason_ids")
    ]
    assert [r | {"as_of": None} for r in now["regions"]] == then["regions"]
    columns = {
        n: [np.frombuffer(base64.b64decode(d["columns"][n]), t) for d in (now, then)] for n, t in COLUMNS.items()
    }
    for name in ("demand", "providers", "state", "reasons"):
        np.testing.assert_array_equal(*columns[name], err_msg=name)
    needed = columns["demand"][0] > 0
    np.testing.assert_allclose(columns["access"][1][needed], columns["access"][0][needed], rtol=1e-6)
    assert np.isnan(columns["local"][1]).all()
    assert then["meta"]["parameters"]["as_of"] == kept.day


def test_the_catalogue_draws_every_place_and_names_every_term() -> None:
    known = catalogue()
    codes = {p["code"] for p in known["places"]}
    assert codes == set(reference("divisions")["adcode"])
    counties = {p["code"] for p in known["places"] if p["level"] == "county"}
    prefectures = {p["code"] for p in known["places"] if p["level"] == "prefecture"}
    assert (set(known["outlines"]["county"]), set(known["outlines"]["prefecture"])) == (counties, prefectures)
    assert {n: [t["id"] for t in terms] for n, terms in known["lists"].items()} == {
        n: list(vocabulary(n).ids) for n in LISTS
    }
    names = [*reference("industry_chains")["chain_id"], *reference("chain_nodes")["node_id"]]
    assert sorted(known["english"]) == sorted(names)
    assert (known["english"]["CH11"], known["english"]["CH11-04"]) == ("Fine baijiu", "Base spirit and baijiu")
    assert not [name for name in known["english"].values() if not name.isascii()]
    assert {p["parent"] for p in known["places"]} == {"", "510000", *prefectures}
    places = {p["code"]: p for p in known["places"]}
    asked = (("510703", "en"), ("510726", "en"), ("510700", "short"), ("510703", "initials"))
    assert [places[code][field] for code, field in asked] == ["Fucheng", "Beichuan", "绵阳", "fcq"]


def test_libraries_are_those_of_the_list() -> None:
    libraries = json.loads((PAGE / "vendor" / "libraries.json").read_text(encoding="utf-8"))
    found = {
        f"vendor/{b['file']}": hashlib.sha512((PAGE / "vendor" / b["file"]).read_bytes()).hexdigest() for b in libraries
    }
    assert found == {f"vendor/{b['file']}": b["sha512"] for b in libraries}
    assert set(found) == {m for m in modules() if m.startswith("vendor/")}
    for library in libraries:
        assert (PAGE / "vendor" / f"{library['file']}.LICENSE").is_file()
        assert library["licence"] in {"MIT", "Apache-2.0"}


def test_the_script_of_the_offline_file_holds_every_module_once() -> None:
    script = page_script()
    found = re.findall(r"^const m_(\w+) = \(\(\) => \{$", script, re.MULTILINE)
    assert sorted(found) == sorted(re.sub(r"\W", "_", m) for m in modules())
    assert not re.search(r"^(import|export)\b|export\{", script, re.MULTILINE)
