"""What stands below a list and is none of its rows: who made it and when, how to object, in which order it stands."""

import re
from functools import cache

from graph.vocabulary import fold

_LISTED = (
    "(?:名单|企业|机构|单位|公司|项目|平台|载体|园区|基地|窗口|资源|活动|需求|数据|内容|信息|人员|排名|排序|顺序|按|依|均|为"
    "|\\d+[家户个项])"
)
_MARK = "[“\"'‘(]?[*※★☆△▲#]+[”\"'’)]?"
_BODY = ")(?<!".join(("公司", "集团", "中心", "厂", "社", "院", "所", "站", "会", "校"))
_YEAR = r"(?:(?:19|20)\d{2}|二[〇○零o0][〇○零一二三四五六七八九o0]{2})"
_MONTH = "(?:\\d{1,2}|十?[一二三四五六七八九十])"
_DAY_ALONE = re.compile(
    rf"{_YEAR}(?:年{_MONTH}月(?:(?:\d{{1,2}}|[一二三]?十?[一二三四五六七八九十])日)?|([-./])\d{{1,2}}\1\d{{1,2}})"
)
"""A day below a list, which says when it was made."""
_OFFICE = "(?:局|厅|委员会|委|办公室|办|人民政府|政府|管委会|领导小组|专班|工信部|科技部)"
_SIGNED = re.compile(rf"(?:.{{2,30}}{_OFFICE}(?:\((?:代章|盖章|公章|章|印)\))?)+")
_CLOSING = re.compile(
    rf"(?:以上|上述)(?:各|所列|\d+)?{_LISTED}.*"
    r"|(?:名单)?(?:排名|排序|顺序|名次|次序)(?:均|都)?(?:不分|不计|不论|无|按|以|依).{1,20}"
    r"|(?:名单)?(?:按|依)(?:照)?.{2,20}(?:排序|排列|为序|为准)"
    r"|公[示告布](?:期限|期间|期|时间|日期)(?:内|为|自|从|是|如|若|[:\d]).*"
    r"|(?:联系|咨询|监督|举报|投诉|受理)(?:电话|方式|邮箱|地址|单位|部门)(?:及邮箱)?[:\d(为].*"
    r"|(?:公示期间?内?[:,]?|凡|任何单位和个人|社会各界)?[如若]?(?:[有对]|持有).{0,20}(?:异议|疑问|疑义|(?:问题|意见).*(?:[请向可与]|联系|反映|反馈)).*"
    r"|特此(?:公告|公示|公布|通知|通报|说明|证明|函[复告]|报告|备案)"
    r"|(?:此件|此页|以下|本页).{0,6}(?:公开|发布|无正文|空白|不予公开).{0,4}|主动公开"
    r"|(?:抄送|抄报|主送|印发|附件\d{0,2}|附表\d{0,2})[:].*"
    rf"|(?:{_MARK})?:?(?:其中)?[:,]?(?:带有?|标有?|有|注有?|加|打)(?:{_MARK}|星号|星标|五角星|三角).*"
    rf"|{_MARK}:?(?:表示|代表|的|者|号的|标[记识注志]|(?:企业|单位|机构)(?:为|是|系|均)).*|{_MARK}:?[为是系].*(?<!{_BODY})"
    rf"|.{{0,40}}(?:已|均|经|由|未|不|应|可|请|将|如|须|需|为).{{2,}}(?<!{_BODY})[。!;]"
)


@cache
def is_closing(text: str) -> bool:
    """Tell whether a text that stands alone below a list is none of its names: 排名不分先后, 公示期为…, a day."""
    plain = fold(text)
    inside = plain[1:-1] if plain[:1] + plain[-1:] in ("()", "[]", "【】", "〔〕") else plain
    return bool(_DAY_ALONE.fullmatch(inside) or _CLOSING.fullmatch(inside) or is_signed_day(inside))


@cache
def is_day(text: str) -> bool:
    """Tell whether a text is a day or month alone: 2025年1月8日, 二〇二五年一月."""
    return bool(_DAY_ALONE.fullmatch(fold(text)))


@cache
def is_signature(text: str) -> bool:
    """Tell whether a text is the name of an office, which above a day signs a list: 三台县经济和信息化局."""
    return bool(_SIGNED.fullmatch(fold(text)))


@cache
def is_signed_day(text: str) -> bool:
    """Tell whether a text is the name of an office with a day behind it."""
    plain = fold(text)
    match = next((m for m in re.finditer(_YEAR, plain) if m.start()), None)
    return match is not None and is_signature(plain[: match.start()]) and is_day(plain[match.start() :])


SUSPECT = (
    r"^[\s(（\[【]*(?:以上|上述|名单|排[名序]|顺序|[名次]次|次序|按|依|公[示告布]|联系|咨询|监督|举报|投诉|受理|[如若凡]|任何|社会|对|有"
    r"|特此|[此以本][件下页]|抄|主[送动]|印发|附[件表]|其中|[带标注]|[“\"'‘]?[*※★☆△▲#])|[。！!;；日月]\s*[)）]?\s*$|[-./]\d{1,2}[-./]\d{1,2}\s*$"
)
"""A pattern that every closing text fits, and few names: what fits it is worth a look."""
