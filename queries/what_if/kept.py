"""Named scenarios: plans kept beside the graph, and compared side by side on the graph as it is now."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from graph.errors import BadParameter, NotFound, listed_by
from graph.home import Home
from graph.home_files import files_in, read_json
from graph.language import Text
from graph.stores.base import Store
from queries.answers import Result
from queries.coverage import CoverageQuestion
from queries.what_if.changes import Scenario, plan_of
from queries.what_if.comparing import Comparison, NamedScenario, compare_plans

FOLDER = "scenarios"
NAME = re.compile(r"[\w][\w.-]{0,63}")


class KeptScenario(Result):
    """A plan that is kept."""

    name: str = Field(description="保存时所用的名称 / name under which it is kept")
    plan: str = Field(description="方案名称 / name of the plan")
    changes: int = Field(description="变更数 / changes of the plan")
    graph_version: int = Field(description="保存时的图版本 / graph version when it was kept")


@dataclass(frozen=True)
class _KeptPlan:
    """What a file holds: the graph version at which it was kept, and a plan as ``plan_of`` reads it."""

    version: int
    plan: dict[str, object]


def keep(store: Store, name: str, plan: Scenario) -> None:
    """Keep a plan under a name beside the graph, in one stroke; an older one of that name is replaced.

    Raises:
        BadParameter: the name is no plain name.
        DiskFull, FileUnwritable: it cannot be written.
    """
    if not NAME.fullmatch(name):
        raise BadParameter(
            name="name", value=name, reason=Text("只用字母、汉字、数字、. _ -", "letters, digits, . _ -")
        )
    with store.read() as session:
        version = session.version()
    text = json.dumps({"version": version, "plan": plan.model_dump(mode="json", exclude_defaults=True)},
                      ensure_ascii=False)  # fmt: skip
    Home(store.home).keep({f"{FOLDER}/{name}.json": text.encode()})


def kept(store: Store) -> list[str]:
    """Return the names of the scenarios that are kept.

    Raises:
        HomeDamaged, HomeForbidden: they cannot be read.
    """
    return sorted(path.stem for path in files_in(store.home / FOLDER, ".json"))


def kept_scenarios(store: Store) -> list[KeptScenario]:
    """Return what is kept, by name."""
    found = ((name, *fetch(store, name)) for name in kept(store))
    return [
        KeptScenario(name=name, plan=plan.name, changes=len(plan.changes), graph_version=version)
        for name, version, plan in found
    ]


def fetch(store: Store, name: str) -> tuple[int, Scenario]:
    """Return a kept plan and the graph version it was kept at.

    Raises:
        NotFound: there is none of this name.
        HomeDamaged, HomeForbidden: they cannot be read.
    """
    path = store.home / FOLDER / f"{name}.json"
    if path not in files_in(path.parent, ".json"):
        raise NotFound(kind=Text("方案", "scenario"), key=name, way=listed_by("shuniu what-if --list"))
    kept_plan = read_json(path, _KeptPlan)
    return kept_plan.version, plan_of(kept_plan.plan, where=name)


def compare(
    store: Store, names: list[str], question: CoverageQuestion | None = None, *, also: Sequence[Scenario] = (),
    limit: int | None = None,
) -> Comparison:  # fmt: skip
    """Return kept scenarios, and plans that are not kept, side by side, each computed on the present graph.

    Raises:
        NotFound: one is not kept.
        BadParameter: more than ten, or one twice.
    """
    named = [NamedScenario(name, plan, kept_at) for name in names for kept_at, plan in [fetch(store, name)]]
    named += [NamedScenario(plan.name, plan) for plan in also]
    return compare_plans(store, named, question or CoverageQuestion(), limit=limit)
