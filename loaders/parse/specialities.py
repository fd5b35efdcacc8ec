"""What a park or cluster is known for: the chains and pillars that the words of its name or leading industries tell."""

from functools import cache

from graph.identity import natural_key, prefecture_of
from graph.places.gazetteer import reference


@cache
def _words() -> list[tuple[str, str]]:
    """Return words with the id of the chain or pillar that they tell, longer ones first: 油菜 is no 菜."""
    rows = reference("speciality_words")
    return sorted(zip(rows["word"], rows["speciality"], strict=True), key=lambda pair: -len(pair[0]))


def specialities(text: str, *, farming: bool) -> tuple[str, ...]:
    """Return the ids of the chains and pillars that a text tells, each once; farming has other ones than industry."""
    found: dict[str, None] = {}
    for word, id_ in _words():
        if word in text and (id_ in _of_farming()) == farming:
            text = text.replace(word, " ")
            found[id_] = None
    return tuple(sorted(found))


@cache
def _of_farming() -> frozenset[str]:
    rows = reference("industry_chains")
    return frozenset(rows.loc[rows["system"] == "10+3", "chain_id"])


@cache
def listed_industries() -> frozenset[str]:
    """Return the codes of the industries that segments of chains name."""
    return frozenset(code for codes in reference("chain_nodes")["gbt4754_codes"] for code in codes.split(";"))


def cluster_key(name: str, kind: str, grade: str) -> str:
    """Return the key of a cluster: it may stand in several lists, at several levels, and each recognition is kept."""
    return natural_key("cluster", name, kind, grade)


@cache
def clusters_of(chain: str, prefecture: str) -> tuple[str, ...]:
    """Return the keys of the listed clusters of a chain in a prefecture."""
    rows = reference("industry_clusters")
    columns = (rows[c] for c in ("name", "cluster_type", "grade", "adcode"))
    return tuple(
        cluster_key(name, kind, grade)
        for name, kind, grade, code in zip(*columns, strict=True)
        if prefecture_of(code) == prefecture and chain in specialities(name, farming=False)
    )
