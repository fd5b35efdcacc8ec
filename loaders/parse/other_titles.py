"""Titles that firms hold and our list of them lacks: they are told, and taken for none of ours."""

import re

from graph.language import Text
from graph.vocabulary import fold

ALIKE = "科技小巨人"
"""Ends as one of ours and is another."""
_OTHER = re.compile(
    rf"(?P<title>{ALIKE}|[^\W\d_]{{0,12}}(?:上市|龙头|老字号|\d+强)|[^\W\d_]{{2,12}}(?:示范|标杆|试点|领军|领航|优势|名品|品牌|培优"
    r"|雏鹰|供应链(?:管理)?|工厂|车间|守合同重信用|技术中心|研究中心|工程中心|实验室))型?(?:企业|单位|称号)?"
)
_BEFORE = re.compile(r"^.*(?:省级?|(?<!上)市级?(?!场)|州级?|县级?|(?<!园)区级?|国家级|年度?|批|全国)(?=[^\W\d_]{2})")
"""Before the name of a title: of where, of which level, year and batch it is."""
LEFT = Text(
    "“{title}”不在资质词表中，这项资质没有读入",
    "“{title}” is not in the list of titles, and this title is not read",
)


def other_title(text: str) -> str:
    """Return the title that a text is and that is none of ours, without what stands before its name; else empty."""
    found = _OTHER.fullmatch(_BEFORE.sub("", re.sub("[“”\"'《》]", "", fold(text))))
    return found["title"] if found else ""


def left_out(title: str) -> Text:
    """Return what is to be said of such a title."""
    return Text(*(part.format(title=title) for part in LEFT))
