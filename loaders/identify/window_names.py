"""The hub and the windows of prefectures by what they are called: 省枢纽, 绵阳窗口, 绵阳市中小企业公共服务平台.

There is one hub and one window of each prefecture, so that what their names say beside the place is the same for all.
"""

import re

from graph.errors import ShuniuError
from graph.places import gazetteer
from graph.places.divisions import is_called
from graph.places.gazetteer import PROVINCE, level
from graph.vocabulary import fold

_HUB = re.compile(r"\((?:省级?)?枢纽(?:平台)?\)$")
_WORDS = r"(?:中小企业|公共|综合|服务|网络|体系|枢纽|窗口|平台)"
_SITE = re.compile(rf"(?P<place>.*?)(?P<words>{_WORDS}*(?:枢纽|窗口|平台)(?:平台)?)")
_PROVINCIAL = frozenset(("省", "省级", "四川", "四川省", "四川省级", "全省", "本省"))
_LOCAL = frozenset(("市", "市级", "市州", "市(州)", "州", "州级", "本市", "本州"))


def whose_window(name: str, near: str) -> str | None:
    """Return the code of the province or prefecture whose hub or window a name is; None for another name.

    Args:
        name: As it is written.
        near: Code of the prefecture in which 市窗口 is meant, may be empty.
    """
    match = _SITE.fullmatch(_HUB.sub("", fold(name)))
    if match is None:
        return None
    place = match["place"]
    place = place.removeprefix("四川省") or place
    if place in _PROVINCIAL or (not place and "枢纽" in match["words"]):
        return PROVINCE
    if place in _LOCAL:
        return near if near and near != PROVINCE else None
    try:
        code = gazetteer.prefecture(place)
    except ShuniuError:
        return None
    return code if level(code) == 2 and is_called(code, place) else None
