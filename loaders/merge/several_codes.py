"""One name of a prefecture under several social credit codes: most likely one firm whose code has changed.

Codes tell legal persons apart, so that each is one of its own, and is counted.
"""

from collections import defaultdict
from collections.abc import Iterator

from graph.delta import Delta
from graph.identity import is_uscc
from graph.language import Text
from loaders.identify.directory import Directory
from loaders.identify.known import LEGAL

SEVERAL = Text(
    "{table}：{n} 个名称在同一市州有不止一个信用代码（如 {name}：{codes}），各计一家；若是同一家换了代码或填错了，"
    "请改正，或用完整交付（--replace）停用旧的",
    "{table}: {n} names have several credit codes in one prefecture (such as {name}: {codes}), each counted; if the"
    " code has changed or is wrong, mend it, or retire the old one by a full delivery (--replace)",
)


def several_codes(directory: Directory, delta: Delta) -> Iterator[Text]:
    """Yield what is to be said of names that a load brings under another code than the one that is there."""
    for label in LEGAL:
        for change in (change for change in delta.of(label) if len(change.created)):
            created = dict(zip(*(change.created[column].to_pylist() for column in ("key", "name")), strict=True))
            gone, of = set(change.retired["key"].to_pylist()), directory.namesakes[label].of()
            brought = {of[key]: name for key, name in created.items() if key in of and is_uscc(key)}
            codes: dict[str, list[str]] = defaultdict(list)
            for key, bare in of.items():
                if bare in brought and is_uscc(key) and key not in gone:
                    codes[bare].append(key)
            several = sorted(bare for bare, keys in codes.items() if len(keys) > 1)
            if several:
                said = {"n": len(several), "name": brought[several[0]], "codes": "、".join(sorted(codes[several[0]]))}
                yield Text(*(p.format(table=of_, **said) for p, of_ in zip(SEVERAL, change.spec.label, strict=True)))
