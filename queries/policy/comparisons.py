"""The same data under another rule: how its figure differs, and why."""

from pydantic import Field

from graph.language import Text
from queries.answers import Result

_COVERAGE = (
    "multi_level_coverage", "institutions_province", "institutions_prefecture", "institutions_prefecture_up",
    "institutions_county",
)  # fmt: skip
SUBJECTS = dict.fromkeys(_COVERAGE, "coverage")
"""Indicators that speak of one thing by several definitions; any other speaks for itself."""


class OtherRule(Result):
    """What another pack says of the same matter on the same day, and why it differs."""

    pack: str = Field(description="规定或标尺的标识 / id of the pack")
    id: str = Field(description="目标标识 / id of the target")
    target: float
    actual: float | None = Field(description="实际，不明为空 / what was reached; null where unknown")
    met: bool | None
    why_zh: str = Field(description="数字或结论为何不同 / why figure or verdict differ, Chinese")
    why_en: str = Field(description="数字或结论为何不同（英文）/ why figure or verdict differ")


def same_subject(one: str, other: str) -> bool:
    """Whether two indicators speak of the same thing."""
    return SUBJECTS.get(one, one) == SUBJECTS.get(other, other)


def why(one: str, other: str, definitions: dict[str, Text], *, same_target: bool) -> Text:
    """Return why the figures, or what is said of them, differ between two rules."""
    if one != other:
        here, there = definitions[one], definitions[other]
        return Text(
            f"指标不同：这里是“{here.zh}”，那里是“{there.zh}”；数据相同。",
            f"Other indicators: here “{here.en}”, there “{there.en}”; the data are the same.",
        )
    if same_target:
        return Text("指标和要求都相同。", "Indicator and requirement are the same.")
    return Text(
        "指标和数据相同，实际值相同；要求不同，因此结论可能不同。",
        "Indicator, data and actual value are the same; the requirement differs, and so may the verdict.",
    )
