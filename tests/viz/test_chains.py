"""Every chain has an English name; one of a user's own keeps the name that it was given."""

import yaml

from graph.language import Text
from graph.places.divisions import reference
from viz.chains import NAMES, chain_name


def test_every_chain_has_an_english_name_of_its_own() -> None:
    names = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    assert list(names) == list(dict.fromkeys(reference("industry_chains")["chain_id"]))
    assert len(set(names.values())) == len(names)
    assert chain_name("CH19", "川猪") == Text("川猪", "Sichuan pigs")
    assert chain_name("own", "某链") == Text("某链", "某链")
    assert chain_name(None, None) == Text("", "")
