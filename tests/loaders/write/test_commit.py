"""What has committed is never told as undone."""

from datetime import date
from pathlib import Path

from graph.stores.opening import open_store
from loaders.keep.doctor import examine
from loaders.keep.journal import Journal
from loaders.keep.recovery import settle
from loaders.pipeline import load
from loaders.write import requests
from tests.support.stores import new_store

TABLE = "名称,类型,所在地区\n示例-甲研究院,服务机构,三台县\n示例-乙服务站,服务机构,三台县\n"


def test_where_the_list_cannot_be_written_after_the_graph_it_is_told_and_completed_later(tmp_path: Path) -> None:
    path, table = tmp_path / "g.lbug", tmp_path / "机构.csv"
    table.write_text(TABLE, encoding="utf-8")
    with new_store(path) as store:
        load(store, [table])
        in_the_way = store.home / "manifest.json.part"  # a folder: nobody writes a file of that name
        in_the_way.mkdir()
        key = requests.ask(store, "示例-甲研究院", "示例-乙服务站", dimension="innovation_chain", day=date(2026, 6, 1))
        assert [notice.en for notice in store.notices] == [
            f"The graph is written; {store.home / 'manifest.json'} beside it could not be and is completed at the next "
            "opening."
        ]
        in_the_way.rmdir()
    with open_store(f"ladybug://{path}") as again:
        settle(again)
        assert [(e["load"], e["state"]) for e in Journal(again.home).loads()][-1] == ("load-000003", "done")
        assert [f.what.en for f in examine(again, thorough=True) if f.level == "bad"] == []
        requests.advance(again, key, "met", day=date(2026, 6, 1))
