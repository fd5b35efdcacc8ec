"""Who may be a partner: filters, pins, exclusions, and which filters to drop where nobody fits."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from graph.arrays import Bools, Floats, Ints
from graph.errors import BadParameter, NotFound
from graph.language import Text
from graph.vocabulary import vocabulary
from queries.partners.candidates import CandidateRelaxation, PartnerQuestion
from queries.partners.requester import Ask, find_party, industry_chains
from queries.partners.setting import PartnerSetting

CANDIDATE = Text("机构或载体", "organisation or carrier")


@dataclass(frozen=True)
class CandidatePool:
    """Everyone who could be a partner; Q pairs of a candidate and one of its resources.

    ``keys``: [K] candidates, by key; ``owner``, ``resource``: [Q]; ``fits``: for each filter [S] which resources pass;
    ``base``: [Q] in force, at home elsewhere, of nobody excluded; ``pinned``: [K]; ``spare``: [S, N] by column.
    """

    setting: PartnerSetting
    question: PartnerQuestion
    ask: Ask
    keys: "pd.Index[str]"
    owner: Ints
    resource: Ints
    fits: dict[str, Bools]
    base: Bools
    pinned: Bools

    def chosen(self, dropped: Iterable[str] = ()) -> Bools:
        """Return the pairs [Q] that pass all filters but some."""
        left = {name: mask for name, mask in self.fits.items() if name not in set(dropped)}
        mask = self.base.copy()
        for fits in left.values():
            mask &= fits[self.resource]
        if self.question.min_spare is not None and "min_spare" not in dropped:
            spare = self.setting.spare.left @ self._columns(left).astype(np.float64)
            have = np.bincount(self.owner[mask], spare[self.resource[mask]], len(self.keys))
            mask &= (have >= self.question.min_spare)[self.owner]
        return mask

    def _columns(self, left: dict[str, Bools]) -> Bools:
        """Return the columns [N] that are asked for under the filters that are left."""
        grid = self.setting.spare.cube.grid
        chains = industry_chains(self.setting, self.question.industry if "industry" in left else None)
        asked = self.question.service_types if "service_types" in left else ()
        types = np.array([not asked or t in asked for t in grid.types])
        return (np.outer(chains, types) > 0).ravel()

    def with_pinned(self, chosen: Bools) -> Bools:
        """Add those who are pinned and do not pass, with everything they have in force."""
        passing = np.bincount(self.owner[chosen], minlength=len(self.keys)) > 0
        offered = self.setting.spare.cube.offered.active[self.resource]
        return chosen | ((self.pinned & ~passing)[self.owner] & offered)

    def relaxations(self) -> list[CandidateRelaxation]:
        """Return the fewest filters to drop so that somebody fits, and how many do; most candidates first."""
        names = [*self.fits, *(["min_spare"] if self.question.min_spare is not None else [])]
        for size in range(1, len(names) + 1):
            tried = [(drop, len(np.unique(self.owner[self.chosen(drop)]))) for drop in combinations(names, size)]
            found = [CandidateRelaxation(drop=list(drop), candidates=count) for drop, count in tried if count]
            if found:
                return sorted(found, key=lambda r: (-r.candidates, r.drop))
        return []


def candidate_pool(setting: PartnerSetting, question: PartnerQuestion, ask: Ask, km: Floats) -> CandidatePool:
    """Return everyone who could be a partner, with what filters say of them; ``km`` [S]: distance of each resource.

    Raises:
        NotFound: a pin or an exclusion is nobody.
        BadParameter: somebody is both pinned and excluded, or pinned without any resource in force.
    """
    owner, resource, keys = _pairs(setting, question.candidates)
    pins, excluded = (_parties(setting, name, getattr(question, name)) for name in ("pins", "exclude"))
    if both := sorted(pins & excluded):
        reason = Text("同时被指定和排除", "both pinned and excluded")
        raise BadParameter(name="pins, exclude", value="、".join(both), reason=reason)
    out = keys.isin([*excluded, ask.who.key])
    active = setting.spare.cube.offered.active
    able = np.bincount(owner, active[resource], len(keys)) > 0
    if idle := sorted(pins - {*keys[able & ~out]}):
        reason = Text(
            "没有在有效期内的资源，或就是求助方自己", "it has no resource in force, or is the requester itself"
        )
        raise BadParameter(name="pins", value="、".join(idle), reason=reason)
    return CandidatePool(
        setting=setting,
        question=question,
        ask=ask,
        keys=keys,
        owner=owner,
        resource=resource,
        fits=_fits(setting, question, km),
        base=(active & ask.homes)[resource] & ~out[owner],
        pinned=keys.isin(list(pins)),
    )


def _pairs(setting: PartnerSetting, candidates: str) -> tuple[Ints, Ints, "pd.Index[str]"]:
    wanted = ["organization", "carrier"] if candidates == "all" else [candidates]
    offers = setting.owners
    frames = [pd.DataFrame({"key": offers[c].to_numpy(), "at": np.arange(len(offers))}).dropna() for c in wanted]
    pairs = pd.concat(frames).astype({"key": object})
    owner, keys = pd.factorize(pairs["key"], sort=True)
    return owner.astype(np.int64), pairs["at"].to_numpy(dtype=np.int64), pd.Index(keys, dtype=object)


def _parties(setting: PartnerSetting, name: str, asked: tuple[str, ...]) -> set[str]:
    found = {text: find_party(setting, text) for text in asked}
    if unknown := [text for text, key in found.items() if key is None]:
        raise NotFound(kind=CANDIDATE, key=f"{'、'.join(unknown)}（{name}）")
    return {key for key in found.values() if key}


def _fits(setting: PartnerSetting, question: PartnerQuestion, km: Floats) -> dict[str, Bools]:
    """Return [S] for each filter that is set; its name is the parameter's."""
    resources = setting.spare.resources["resource"]
    fits: dict[str, Bools] = {}
    if question.service_types:
        asked = np.array([t in question.service_types for t in setting.spare.cube.grid.types])
        fits["service_types"] = np.asarray(setting.types[:, asked].any(axis=1), dtype=bool)
    if question.industry:
        of = industry_chains(setting, question.industry)
        fits["industry"] = np.asarray(setting.chains[:, of].any(axis=1), dtype=bool)
    if question.dimensions:
        rows = setting.facts.dimensions
        open_to = rows.loc[rows["dimension"].isin(question.dimensions), "resource"]
        fits["dimensions"] = resources.isin(open_to).to_numpy()
    if question.level:
        least = float(vocabulary("levels")[question.level]["rank"])
        fits["level"] = np.array([rank >= least for rank in setting.rank], dtype=bool)
    if question.mode:
        fits["mode"] = setting.online if question.mode == "online" else setting.offline
    if question.max_km is not None:
        fits["max_km"] = np.isin(np.arange(len(km)), np.flatnonzero(km <= question.max_km))
    if question.shareable:
        fits["shareable"] = setting.shareable
    return fits
