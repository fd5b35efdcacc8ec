"""Which cell is meant: ``510722:CH06:SC03``, or names, separated by ``:``, ``/`` or ``,``."""

import re
from collections.abc import Callable

from api.questions.codes import industry_code, region_code
from graph.errors import AmbiguousRegion, BadParameter, UnknownCode, UnknownRegion
from graph.language import Text
from graph.vocabulary import vocabulary
from queries.explanation.parts import CellRef

SEPARATORS = re.compile(r"[:：/／,，;；|]")
AXES: dict[str, Callable[[str], str]] = {
    "region": region_code,
    "industry": industry_code,
    "service_type": lambda value: vocabulary("service_types").resolve(value),
}
ALL = {"", "*", "-", "–"}
FORM = Text(
    "应为 地区/产业链/服务类型，如 510722/CH06/SC03 或 三台县/装备制造/技术支持；少写几项即为一组",
    "should be region/industry/service type, as 510722/CH06/SC03; fewer parts make a group",
)


def cell_ref(text: str) -> CellRef:
    """Return the codes of a cell or group written by codes or names, in their order or, if fewer, in any.

    A part that is empty or ``*`` is summed: ``510722::SC03``.

    Raises:
        BadParameter: nothing, too much, or the same axis twice.
        UnknownRegion, AmbiguousRegion, UnknownCode: a part that is nothing known.
    """
    parts = [part.strip() for part in SEPARATORS.split(text)]
    if len(parts) > len(AXES) or not any(parts):
        raise BadParameter(name="cell", value=text, reason=FORM)
    if len(parts) == len(AXES):
        named = zip(AXES.items(), parts, strict=True)
        return CellRef(**{axis: resolve(part) for (axis, resolve), part in named if part not in ALL})
    found: dict[str, str] = {}
    for part in (p for p in parts if p not in ALL):
        axis, code = _axis_of(part, text)
        if axis in found:
            raise BadParameter(name="cell", value=text, reason=FORM)
        found[axis] = code
    return CellRef(**found)


def _axis_of(part: str, text: str) -> tuple[str, str]:
    """Return what a part is: a service type, an industry or a region."""
    for axis in ("service_type", "industry"):
        try:
            return axis, AXES[axis](part)
        except UnknownCode:
            continue
    try:
        return "region", AXES["region"](part)
    except AmbiguousRegion:
        raise
    except UnknownRegion as error:
        if re.fullmatch(r"\d{6}", part):
            raise
        why = Text(
            f"“{part}”不是地区、产业链或服务类型；{FORM.zh}",
            f"“{part}” is no region, industry or service type; {FORM.en}",
        )
        raise BadParameter(name="cell", value=text, reason=why) from error
