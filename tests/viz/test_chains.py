"""Every chain has an English name; one of a user's own keeps the name that it was given."""

from graph.language import Text
from graph.places.divisions import reference
from graph.vocabulary import vocabulary
from viz.chains import chain_name


def test_every_chain_has_an_english_name_of_its_own() -> None:
    chains = reference("industry_chains")["chain_id"]
    assert len({chain_name(chain, None).en for chain in chains} - {""}) == len(chains)
    assert chain_name("CH19", "川猪") == Text("川猪", "Sichuan pork")
    assert chain_name("5+1", "“5+1”现代工业") == Text("“5+1”现代工业", vocabulary("industry_systems").text("5+1", "en"))
    assert chain_name("own", "某链") == Text("某链", "某链")
    assert chain_name(None, None) == Text("", "")
