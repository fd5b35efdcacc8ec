"""Who asks, and for what: a region, zone, organisation, carrier, window or enterprise, by key, code or name."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.arrays import Bools, Floats
from graph.errors import BadParameter, NotFound, UnknownRegion
from graph.identity import prefecture_of
from graph.language import Text
from graph.vocabulary import fold, vocabulary
from queries.partners.candidates import PartnerQuestion, Requester
from queries.partners.setting import PartnerSetting

WHO = Text("地区、机构、载体或企业", "region, organisation, carrier or enterprise")
Place = Callable[[str], str]
LISTED = 5
"""So many of several that a name fits are named."""


@dataclass(frozen=True)
class Ask:
    """The question as arrays.

    ``regions``: [R] where the need is; ``columns``: [N] what is asked for; ``unmet``: [N] unmet demand there;
    ``need``: [R] weights of the regions and ``chains``: [C] of the chains, each summing to 1; ``homes``: [S] resources
    at home elsewhere; ``nodes``: the requester's own nodes among partnerships.
    """

    who: Requester
    regions: Bools
    columns: Bools
    unmet: Floats
    need: Floats
    chains: Floats
    homes: Bools
    nodes: Bools


def find_party(setting: PartnerSetting, text: str) -> str | None:
    """Return the key of an organisation, carrier, window or enterprise by key or name; none where nobody is called so.

    Raises:
        BadParameter: several are called so; they are listed.
    """
    parties = setting.facts.parties
    if text in parties.index:
        return text
    named = parties.index[(parties["folded"] == fold(text)).to_numpy(dtype=bool)]
    if len(named) > 1:
        listed = "、".join(named[:LISTED])
        said = f"{len(named)} 个同名，请用标识：{listed}"
        reason = Text(said, f"{len(named)} are called so; use a key: {listed}")
        raise BadParameter(name="name", value=text, reason=reason)
    return str(named[0]) if len(named) else None


def ask_of(setting: PartnerSetting, question: PartnerQuestion, place: Place | None = None) -> Ask:
    """Return the question as arrays.

    Args:
        setting: The day.
        question: What is asked.
        place: Returns the code of a region or zone by name.

    Raises:
        NotFound: nobody is called so.
        BadParameter: the whole province asks; or its chains and the industry asked for have nothing in common.
    """
    key, name, kind, region = _who(setting, question.requester, place)
    cube = setting.spare.cube
    inside = _inside(setting, region)
    regions = inside(cube.grid.regions["key"])
    columns, chains = _columns(setting, question, _own_chains(setting, key, kind))
    unmet = setting.spare.unmet[regions][:, columns]
    by_column = np.zeros(len(columns))
    by_column[columns] = np.nansum(unmet, axis=0)
    by_region = np.zeros(len(regions))
    by_region[regions] = np.nansum(unmet, axis=1)
    by_chain = by_column.reshape(len(chains), -1).sum(axis=1)
    own = setting.facts.parties["region"]
    keys = {key} if kind not in ("region", "zone") else {key, *own.index[own.notna() & inside(own)]}
    who = Requester(
        key=key, name=name, kind=kind, region=region, unmet=float(by_column.sum()),
        unknown=bool(np.isnan(unmet).all()),
    )  # fmt: skip
    return Ask(
        who=who,
        regions=regions,
        columns=columns,
        unmet=by_column,
        need=_weights(by_region, regions),
        chains=_weights(by_chain, chains),
        homes=~inside(setting.spare.resources["home"]),
        nodes=setting.nodes.isin(list(keys)),
    )


def _weights(values: Floats, among: Bools) -> Floats:
    """Return values as shares; even among those in question where all are 0."""
    values = values if values.sum() > 0 else among.astype(np.float64)
    made: Floats = values / max(float(values.sum()), 1e-300)
    return made


def _who(setting: PartnerSetting, text: str, place: Place | None) -> tuple[str, str, str, str]:
    """Return key, name, kind and region of the requester."""
    places = setting.spare.cube.facts.demand.regions.set_index("key")
    if text in vocabulary("economic_zones"):
        return text, vocabulary("economic_zones").text(text), "zone", text
    if text in places.index:
        if text.endswith("0000"):
            reason = Text("全省之外没有伙伴：请指定市州、区县或经济区", "there is nobody outside: name a part of it")
            raise BadParameter(name="requester", value=text, reason=reason)
        return text, str(places.loc[text, "name"]), "region", text
    key = find_party(setting, text)
    if key is None:
        return _who(setting, _place(text, place), None)
    party = setting.facts.parties.loc[key]
    if not isinstance(party["region"], str):
        reason = Text("没有所在地区，无法判断其需求", "it has no region, so that its needs are not known")
        raise BadParameter(name="requester", value=party["name"], reason=reason)
    return key, str(party["name"]), str(party["label"]).lower(), party["region"]


def _place(text: str, place: Place | None) -> str:
    """Return the code of a place by name."""
    try:
        code = place(text) if place else None
    except UnknownRegion as error:
        near = error.details.get("suggestion")
        key = Text(f"{text}。{near.zh}", f"{text}. {near.en}") if near and near.zh else text
        raise NotFound(kind=WHO, key=key) from error
    if code is None:
        raise NotFound(kind=WHO, key=text)
    return code


def _inside(setting: PartnerSetting, region: str) -> "Callable[[pd.Series[str]], Bools]":
    places = setting.spare.cube.facts.demand.regions
    own = (places["key"] == region) | (places["key"].map(prefecture_of) == region) | (places["zone"] == region)
    codes_inside = places.loc[own.to_numpy(dtype=bool), "key"].tolist()

    def inside(codes: "pd.Series[str]") -> Bools:
        """Tell which codes are the requester's region or lie in it."""
        found: Bools = codes.isin(codes_inside).to_numpy(dtype=bool)
        return found

    return inside


def _own_chains(setting: PartnerSetting, key: str, kind: str) -> set[str]:
    """Return the chains of an enterprise or a carrier; none for who is concerned with all."""
    if kind == "enterprise":
        firms = setting.spare.cube.facts.demand.enterprises
        return {*firms.loc[firms["enterprise"] == key, "chain"].dropna()}
    served = setting.facts.carrier_chains
    return {*served.loc[served["carrier"] == key, "chain"]}


def _columns(setting: PartnerSetting, question: PartnerQuestion, own: set[str]) -> tuple[Bools, Bools]:
    """Return which columns [N] and which chains [C] are asked for."""
    grid = setting.spare.cube.grid
    mine = grid.chains["key"].isin(own).to_numpy() if own else np.ones(len(grid.chains), dtype=bool)
    asked = industry_chains(setting, question.industry)
    if not (mine & asked).any():
        listed = ", ".join(sorted(own))
        reason = Text(f"求助方的产业链是 {listed}", f"the requester's chains are {listed}")
        raise BadParameter(name="industry", value=question.industry, reason=reason)
    types = np.array([not question.service_types or t in question.service_types for t in grid.types])
    return (np.outer(mine & asked, types) > 0).ravel(), mine & asked


def industry_chains(setting: PartnerSetting, industry: str | None) -> Bools:
    """Tell which chains [C] are, or belong to, a chain, pillar or system."""
    chains = setting.spare.cube.grid.chains
    if industry is None:
        return np.ones(len(chains), dtype=bool)
    found: Bools = (chains[["key", "pillar", "system"]] == industry).any(axis=1).to_numpy()
    return found
