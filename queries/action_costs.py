"""What actions cost and bring: the declared defaults of ``action_costs.yml``, and a planner's own file over them."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator

from graph.errors import BadParameter, UnknownCode
from graph.language import Text
from graph.shipped import read_shipped
from graph.vocabulary import vocabulary
from queries.answers import Result

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Cost = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Build(Result):
    """A new station, window or service: cost, services a year of each service type, and how far its scope goes.

    ``hosted``: it stands where an active carrier or a bank branch can take it in. ``online``: it is a prefecture's, by
    online mode.
    """

    cost: Cost
    capacity: dict[str, Amount]
    scope: Literal["prefecture", "province"] = "prefecture"
    hosted: bool = False
    online: bool = False

    @field_validator("capacity", mode="before")
    @classmethod
    def _by_type(cls, stated: object) -> object:
        """Give every service type its capacity; a plain number is that of all."""
        types = vocabulary("service_types")
        if not isinstance(stated, Mapping):
            return dict.fromkeys(types.ids, stated)
        own = {types.resolve(str(k)): v for k, v in stated.items() if k != "default"}
        return {t: own.get(t, stated.get("default", 0)) for t in types.ids}


class Share(Result):
    """A sharing agreement: its cost and the part of the source's spare capacity that it moves."""

    cost: Cost
    fraction: float = Field(gt=0, le=1)


class Upgrade(Result):
    """A carrier's upgrade: cost, part by which capacity grows, online mode, steps of level."""

    cost: Cost
    gain: Amount = 0.0
    online: bool = False
    levels: int = Field(default=0, ge=0, le=3)


class ActionCosts(Result):
    """All kinds of action by name; an empty part is no candidate."""

    build: dict[str, Build]
    share: Share | None
    upgrade: dict[str, Upgrade]


@cache
def default_costs() -> ActionCosts:
    """Return the declared defaults."""
    return _costs(_defaults(), "action_costs.yml")


def _defaults() -> dict[str, Any]:
    made: dict[str, Any] = read_shipped("queries", "action_costs.yml")
    return made


def assumed_of(own: Build | Share | Upgrade, usual: Build | Share | Upgrade | None) -> tuple[str, ...]:
    """Return what of an action is the declared default: its ``cost``, and its ``capacity`` (gain, part)."""
    if usual is None:
        return ()
    same = {"cost": own.cost == usual.cost,
            "capacity": own.model_dump(exclude={"cost"}) == usual.model_dump(exclude={"cost"})}  # fmt: skip
    return tuple(name for name, default in same.items() if default)


def own_costs(own: object, where: str) -> ActionCosts:
    """Return the defaults with what ``own`` states instead; null takes a kind out.

    Raises:
        BadParameter: a part that no action has, or a value out of its range.
    """
    if not isinstance(own, Mapping):
        why = Text("应为 build、share、upgrade 三部分", "it should have build, share, upgrade")
        raise BadParameter(name="actions", value=where, reason=why)
    return _costs(_merged(_defaults(), own), where)


def _merged(base: Mapping[str, Any], over: Mapping[Any, Any]) -> dict[str, Any]:
    made = dict(base)
    for key, value in over.items():
        old = made.get(key)
        deeper = isinstance(old, Mapping) and isinstance(value, Mapping) and key != "capacity"
        made[key] = _merged(old, value) if isinstance(old, Mapping) and deeper else value
    return made


def _costs(raw: Mapping[str, Any], where: str) -> ActionCosts:
    kept = {
        part: {k: v for k, v in value.items() if v is not None} if part != "share" and isinstance(value, Mapping) else
        ({} if value is None and part != "share" else value)
        for part, value in raw.items()
    }  # fmt: skip
    try:
        return ActionCosts.model_validate(kept)
    except UnknownCode as error:
        raise BadParameter(name="actions", value=where, reason=error.say("zh")) from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in ("actions", *first["loc"]))
        why = Text(f"{where} 中的值不合要求：{first['msg']}", f"not allowed in {where}: {first['msg']}")
        raise BadParameter(name=name, value=first["input"], reason=why) from error
