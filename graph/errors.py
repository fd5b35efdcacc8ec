"""Everything that can go wrong and be told to a person, as one tree.

A class declares its wording and way out in both languages once; command line, HTTP and reports only ask
it to ``say`` itself. ``exit_code`` follows the contract: 1 the answer is no, 2 wrong use, 3 a store or a
service is missing.
"""

import errno
import os
from typing import Any, ClassVar

from graph.language import Lang, Text


class ShuniuError(Exception):
    """Base of all errors that are meant for a reader; ``details`` fill the templates."""

    exit_code: ClassVar[int] = 1
    message: ClassVar[Text] = Text("出现错误。", "Something went wrong.")
    hint: ClassVar[Text] = Text("", "")

    def __init__(self, **details: Any) -> None:
        super().__init__(details)
        self.details = details

    @property
    def code(self) -> str:
        """Stable slug for programs, from the class name: ``StoreLocked`` is ``store-locked``."""
        name = type(self).__name__
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")

    def _fill(self, text: Text, lang: Lang) -> str:
        words = {k: v.get(lang) if isinstance(v, Text) else v for k, v in self.details.items()}
        return text.get(lang).format(**words)

    def say(self, lang: Lang = "zh") -> str:
        """Return what is wrong and where, in ``lang``."""
        return self._fill(self.message, lang)

    def way_out(self, lang: Lang = "zh") -> str:
        """Return what the reader can do about it, in ``lang``; may be empty."""
        return self._fill(self.hint, lang)

    def __str__(self) -> str:
        return self.say("zh") if not self.hint.zh else f"{self.say('zh')} {self.way_out('zh')}"


class WrongUse(ShuniuError):
    """The caller asked for something that cannot be."""

    exit_code = 2


class FileMissing(WrongUse):
    """A path given by the user does not exist or cannot be read."""

    message = Text("找不到或无法读取文件：{path}", "File not found or not readable: {path}")
    hint = Text("请检查路径和权限。", "Check the path and its permissions.")


class FileUnreadable(WrongUse):
    """A file exists but is not what its name says."""

    message = Text("无法解析文件 {path}：{reason}", "Cannot read file {path}: {reason}")
    hint = Text("请另存为 CSV（UTF-8 或 GBK）或 XLSX 后重试。", "Save it as CSV (UTF-8 or GBK) or XLSX and try again.")


class NotYaml(WrongUse):
    """A file of settings or a plan is no YAML."""

    message = Text("{path} 不是有效的 YAML：{reason}", "{path} is no valid YAML: {reason}")
    hint = Text(
        "请存为 UTF-8 文本，用空格缩进，冒号后留一个空格。",
        "Save it as UTF-8 text, indented by spaces, with a space after each colon.",
    )


class FileRefused(WrongUse):
    """A file goes beyond a limit or holds what no table needs; nothing of it was read."""

    message = Text("拒绝读取 {path}：{reason}", "{path} is refused: {reason}")
    hint = Text("请拆分或另存为普通的 XLSX 或 CSV 后重试。", "Split it or save it as plain XLSX or CSV, and try again.")


class BadDeliveryNote(WrongUse):
    """A delivery note says something that cannot be."""

    message = Text("交付说明 {path} 有误：{problem}", "The delivery note {path} is wrong: {problem}")
    hint = Text("请改正后重试；本次没有载入任何数据。", "Correct it and try again; nothing was loaded.")


class FileUnwritable(WrongUse):
    """A result cannot be written where the user wants it."""

    message = Text("无法写入 {path}：{reason}", "Cannot write {path}: {reason}")
    hint = Text("请换一个目录，或检查权限。", "Choose another folder, or check its permissions.")


class UnknownTable(WrongUse):
    """A file or sheet matches no input table of the contract."""

    message = Text("{where} 不是已知的数据表：{name}", "{where} is not a known table: {name}")
    hint = Text(
        "可用的表：{tables}。请在该目录的 source.yml 中写明（可由 shuniu load --explain 写出），如：\n{note}\n"
        "运行 shuniu template 可得到模板；本次没有载入任何数据。",
        "Known tables: {tables}. Say which is which in the folder's source.yml (shuniu load --explain writes one):\n"
        "{note}\n`shuniu template` writes empty tables; nothing was loaded.",
    )


class MissingColumn(WrongUse):
    """A table lacks a column that the contract requires; ``suggestion`` says what comes near."""

    message = Text("{where} 缺少必填列：{columns}", "{where} lacks required columns: {columns}")
    hint = Text(
        "{suggestion}按第 {row} 行为表头，找到的列：{found}。请补上该列，或运行 shuniu template 查看模板；"
        "本次没有载入任何数据。",
        "{suggestion}With row {row} as header, columns found: {found}. Add the column, or see "
        "`shuniu template`; nothing was loaded.",
    )


class UnknownRegion(WrongUse):
    """A place name or code matches no administrative division."""

    message = Text("无法识别的地区：{value}", "Unknown region: {value}")
    hint = Text(
        "{suggestion}请用行政区划代码或全称，如 510700 或 绵阳市。",
        "{suggestion}Use a code or full name, e.g. 510700 or Mianyang.",
    )


class AmbiguousRegion(WrongUse):
    """A place name fits several administrative divisions."""

    message = Text("地区“{value}”有多种可能：{candidates}", "Region “{value}” fits several places: {candidates}")
    hint = Text("请写明所属市州，或改用代码。", "Name the prefecture too, or use the code.")


class UnknownNode(WrongUse):
    """A key or name is that of no node."""

    message = Text("没有叫“{value}”的节点", "No node is called “{value}”")
    hint = Text(
        "{suggestion}请用名称、标识，或 类别:标识，如 Window:W07。",
        "{suggestion}Use a name, a key, or label:key, e.g. Window:W07.",
    )


class AmbiguousNode(WrongUse):
    """A key or name is that of several nodes."""

    message = Text("“{value}”有多种可能：{candidates}", "“{value}” fits several nodes: {candidates}")
    hint = Text("请写明 类别:标识，如 Window:W07。", "Write label:key, e.g. Window:W07.")


class UnknownCode(WrongUse):
    """A value is in no closed list where one is required."""

    message = Text("“{value}”不是有效的{list}", "“{value}” is not a valid {list}")
    hint = Text("可用：{allowed}", "Allowed: {allowed}")


class BadParameter(WrongUse):
    """A parameter is out of its range or does not fit the others."""

    message = Text("参数 {name} 不正确：{value}（{reason}）", "Bad parameter {name}: {value} ({reason})")


class NotDelivered(ShuniuError):
    """Nobody could be told of new cases; they stay open, and the next run tells of them again."""

    exit_code = 3
    message = Text("通知没有送达 {to}：{reason}", "{to} could not be told: {reason}")
    hint = Text("案件已立，下次运行时再通知。", "The cases are open; the next run tells of them again.")


class NotFound(WrongUse):
    """Nothing has this key; ``way`` says where keys of the kind are, if not in the graph."""

    exit_code = 1
    message = Text("没有找到{kind}：{key}", "No such {kind}: {key}")
    hint = Text(
        "请核对名称或标识；图中的可用 shuniu search（GET /v1/search）查找。",
        "Check the name or key; `shuniu search` (GET /v1/search) finds what is in the graph.",
    )

    def way_out(self, lang: Lang = "zh") -> str:
        """Return where what there is of the kind can be looked up."""
        return self.details["way"].get(lang) if "way" in self.details else super().way_out(lang)


def listed_by(*ways: str) -> Text:
    """Return the way out of a wrong key: what lists those of its kind."""
    return Text(f"请核对编号；{'、'.join(ways)} 列出现有的。", f"Check the key; what there is: {', '.join(ways)}.")


class NothingToRebuild(WrongUse):
    """There is no journal from which a store could be made again."""

    message = Text("{path} 中没有载入日志，无从重建", "No journal in {path}: there is nothing to rebuild from")
    hint = Text("请重新载入源文件，或从备份恢复。", "Load the source files again, or restore a backup.")


class DeliveryShrunk(ShuniuError):
    """A delivery holds much less than the one before."""

    message = Text(
        "{table}（{place}）这次只有 {delivered} 条，原有 {stored} 条：可能不是完整的交付，什么都没有载入",
        "{table} ({place}) has {delivered} now where {stored} stood: perhaps not a full delivery; nothing was loaded",
    )
    hint = Text(
        "请核对文件是否完整；确认无误后加 --shrink 再运行。",
        "Check that the files are complete; if they are, run it again with --shrink.",
    )


class StoreProblem(ShuniuError):
    """The store cannot do its work."""

    exit_code = 3


class KeyMissing(StoreProblem):
    """The key that opens sealed data is not there."""

    message = Text("找不到密钥文件，或它不是密钥：{path}", "The key file is missing or holds no key: {path}")
    hint = Text("请把备份的密钥放回原处。", "Put your copy of the key back there.")


class SealBroken(StoreProblem):
    """Sealed data do not open with this key."""

    message = Text("加密内容打不开：{what}", "Sealed data do not open: {what}")
    hint = Text(
        "密钥不对，或文件已损坏；请核对密钥，或从备份恢复。",
        "The key is another one, or the file is damaged: check the key, or restore a backup.",
    )


class WrongKey(StoreProblem):
    """The key file holds another key than the one that sealed what is there."""

    message = Text("密钥不是原来的那一把：{path}", "The key is not the one that sealed what is there: {path}")
    hint = Text(
        "请把备份的密钥放回原处；新的联系方式和源文件副本在此之前不会保存，数据照常载入。",
        "Put your copy of the key back there; until then no contacts or copies of sources are kept; loads go on.",
    )


class HomeDamaged(StoreProblem):
    """A file in the folder beside a store is not what was written there."""

    message = Text("存储旁的文件已损坏：{path}（{reason}）", "A file beside the store is damaged: {path} ({reason})")
    hint = Text(
        "运行 shuniu doctor --thorough：它逐一指出损坏，并给出修复命令。",
        "Run `shuniu doctor --thorough`: it names each damage and the command that mends it.",
    )


class HomeForbidden(StoreProblem):
    """A file in the folder beside a store is not for this user to read; that is no damage."""

    message = Text("没有权限读取 {path}", "No permission to read {path}")
    hint = Text(
        "它没有损坏。请以它的属主运行，或由属主恢复权限（chmod u+rwX）。",
        "It is not damaged. Run this as its owner, or let the owner give its permissions back (chmod u+rwX).",
    )


class SourceMissing(StoreProblem):
    """The copy of a source file is not there."""

    message = Text("缺少源文件副本：{path}", "The copy of a source file is missing: {path}")
    hint = Text("请再次载入原文件，或从备份恢复。", "Load the original file again, or restore a backup.")


class BackupRefused(WrongUse):
    """A file is no whole backup, or there is something in its way."""

    message = Text("不能从 {path} 恢复：{reason}", "Cannot restore {path}: {reason}")
    hint = Text("存储没有变化。", "The store did not change.")


class HomeUnknown(WrongUse):
    """A path begins in a user's home folder, and nobody says where that is; so it is for users of some containers."""

    message = Text("不知道主目录在哪里：{path}", "Nothing says where the home folder is: {path}")
    hint = Text(
        "请设置环境变量 HOME 或 XDG_DATA_HOME，或用 --store（SHUNIU_STORE）写明完整路径，如 ladybug:///srv/shuniu/g.lbug。",
        "Set HOME or XDG_DATA_HOME, or give the whole path by --store (SHUNIU_STORE), e.g. ladybug:///srv/shuniu/g.lbug.",
    )


class BadStoreUrl(WrongUse):
    """A store URL names no known store."""

    message = Text("无法识别的存储地址：{url}", "Unknown store URL: {url}")
    hint = Text(
        "可用：ladybug:///路径，或 neo4j://用户:密码@主机:7687、bolt://…；密码中的 # / ? % 写成 %23 %2F %3F %25，"
        "或改用 SHUNIU_NEO4J_PASSWORD。",
        "Use ladybug:///path, or neo4j://user:password@host:7687, bolt://…; # / ? % of a password are %23 %2F %3F %25, "
        "or set SHUNIU_NEO4J_PASSWORD.",
    )


class StoreUnreachable(StoreProblem):
    """No Neo4j answers at the address."""

    message = Text("连不上 Neo4j：{url}", "Neo4j does not answer at {url}")
    hint = Text(
        "请确认服务已启动（make neo4j）、地址与端口正确（Bolt 端口通常是 7687；要求加密的服务用 bolt+s:// 或 neo4j+s://）；"
        "或不带 --store 使用内置存储。",
        "Check that it runs (make neo4j) and that host and port are right (Bolt's, mostly 7687; a server that wants "
        "encryption: bolt+s:// or neo4j+s://); or drop --store to use the embedded store.",
    )


class DatabaseStarting(StoreUnreachable):
    """The server answers, the database in it is not up: it starts, or was stopped."""

    message = Text("Neo4j 已应答，但其中的数据库尚未就绪：{url}", "Neo4j answers, but its database is not up: {url}")
    hint = Text(
        "刚启动时请等几秒再试；若一直如此，请管理员查看 SHOW DATABASES 和服务日志。",
        "Just after its start, wait some seconds and try again; if it stays so, have its administrator look at SHOW "
        "DATABASES and the server's log.",
    )


class EncryptionMismatch(StoreUnreachable):
    """The address wants another encryption than the server has, or a certificate is not trusted."""

    message = Text(
        "与 Neo4j 的加密连接没有建立：{url}（{reason}）", "No encrypted connection to Neo4j: {url} ({reason})"
    )
    hint = Text(
        "服务不加密时用 bolt:// 或 neo4j://；加密而证书为自签时用 bolt+ssc:// 或 neo4j+ssc://；"
        "证书由公认机构签发时用 +s，并按证书上的主机名连接。",
        "Use bolt:// or neo4j:// where the server has no encryption, bolt+ssc:// or neo4j+ssc:// where it signed its "
        "certificate itself, and +s with the host's name as in the certificate where an authority did.",
    )


class DatabaseMissing(StoreProblem):
    """The server has no database of the name at the end of the address."""

    message = Text("Neo4j 中没有名为“{database}”的图：{url}", "Neo4j has no graph called “{database}”: {url}")
    hint = Text(
        "请在地址末尾写已有的名称（SHOW DATABASES 可列出；社区版只有一个，名为 neo4j），或不写名称以用默认的一个。",
        "Write the name of one that is there at the end of the URL (SHOW DATABASES lists them; the Community edition "
        "has one alone, neo4j), or no name for the default one.",
    )


class WrongPassword(StoreProblem):
    """Neo4j refused the credentials."""

    message = Text("Neo4j 拒绝了用户名或密码：{url}", "Neo4j refused the user name or password: {url}")
    hint = Text(
        "请在地址中写明：neo4j://用户:密码@主机:7687（% 写成 %25），或把密码原样写在 SHUNIU_NEO4J_PASSWORD。",
        "Give them in the URL: neo4j://user:password@host:7687 (% is %25), or the password in SHUNIU_NEO4J_PASSWORD.",
    )


class StoreForbids(StoreProblem):
    """Neo4j lets this user, or anybody, not do this; a database may be read-only."""

    message = Text("Neo4j 不允许这样做（{url}）：{reason}", "Neo4j does not allow this ({url}): {reason}")
    hint = Text(
        "数据没有改变，查询不受影响。要写入，请换用有写权限的用户；若数据库设为只读，请管理员先改回可写；"
        "若是集群的只读副本，请改用 neo4j:// 地址，它会找到可写的成员。",
        "No data changed, and questions are still answered. To write, use a user who may; a database that is set to "
        "read-only must be made writable first; of a cluster's replica write neo4j:// instead of bolt://: it finds the "
        "member that may be written to.",
    )


class DatabaseShared(StoreProblem):
    """A Neo4j database holds what no load of ours wrote."""

    message = Text("{url} 中有不是本程序写入的内容：{what}", "{url} holds what this program did not write: {what}")
    hint = Text(
        "什么都没有改动。请用一个专用的数据库（另一个服务，或在地址末尾写另一个数据库名），或先移走这些内容。",
        "Nothing was changed. Use a database of its own (another server, or another name at the end of the URL), or "
        "move these away first.",
    )


class StoreLocked(StoreProblem):
    """Another process owns the embedded file."""

    message = Text(
        "存储文件正被另一个进程使用{holder}：{path}",
        "The store file is in use by another process{holder}: {path}",
    )
    hint = Text(
        "请等它结束或停止它（例如正在运行的 shuniu serve）；也可以用 --store 指定另一个文件。",
        "Wait for it or stop it (perhaps a running `shuniu serve`); or name another file with --store.",
    )


class StoreDamaged(StoreProblem):
    """The embedded file or its log cannot be opened."""

    message = Text(
        "存储文件已损坏，无法打开：{path}（{reason}）",
        "The store file is damaged and cannot be opened: {path} ({reason})",
    )
    hint = Text(
        "运行 shuniu rebuild，用载入日志和源文件副本重建；shuniu doctor 说明还缺什么。",
        "Run `shuniu rebuild`: the journal and the copies of the sources suffice; `shuniu doctor` tells what is amiss.",
    )


class StoreOutdated(StoreProblem):
    """The store was made by a version of the model that the present one does not contain."""

    message = Text(
        "存储由较早的版本建立，其模型与现在的不能兼容：{path}",
        "The store was made by an earlier version, by a model that is not part of the present one: {path}",
    )
    hint = Text(
        "请运行 shuniu rebuild，用源文件副本和载入日志重建；什么都没有改动。",
        "Run `shuniu rebuild`: it uses the copies of the sources and the load journal. Nothing was changed.",
    )


class StoreNewer(StoreProblem):
    """The store was written by a version of the program, or of Ladybug, that this one does not know."""

    message = Text(
        "存储由更新版本的程序写成，本程序不认识：{path}",
        "The store was written by a newer version of the program than this one: {path}",
    )
    hint = Text(
        "请改用更新的版本打开，或用 --store 指定另一个存储；什么都没有改动。",
        "Open it with the newer version, or name another store with --store. Nothing was changed.",
    )


class StoreBehind(StoreProblem):
    """The graph lacks loads that the folder beside it tells of: it was emptied, or another file put in its place."""

    message = Text(
        "图只到版本 {version}，而 {home} 中的载入历史已到 {last}；没有写入任何数据",
        "The graph is at version {version} only, but the history in {home} reaches {last}; nothing was written",
    )
    hint = Text(
        "要找回数据，请运行 shuniu rebuild 或从备份恢复；要从头开始，请先把该文件夹移走。",
        "To get the data back, run `shuniu rebuild` or restore a backup; to start afresh, move that folder away first.",
    )


class HistoryApart(StoreProblem):
    """The graph holds loads of which the folder beside it does not tell, or tells otherwise."""

    message = Text(
        "图与 {home} 中的载入历史对不上（自 {load} 起）；没有写入任何数据",
        "The graph and the history in {home} do not belong together (from {load} on); nothing was written",
    )
    hint = Text(
        "请把载入过它的那台机器上的该文件夹复制过来（或由那个用户在那台机器上载入）；"
        "找不回时运行 shuniu rebuild --from-graph。",
        "Copy that folder from the machine that loaded into it (or load from there, as that user); "
        "where it is lost, run `shuniu rebuild --from-graph`.",
    )


class SumsOnly(StoreProblem):
    """A month of services is known as a sum alone, so records cannot be added to it."""

    message = Text(
        "{months} 的服务只剩汇总数，没有台账记录；本次没有载入任何数据",
        "Of {months} only sums of services are known, no records; nothing was loaded",
    )
    hint = Text(
        "请取回原来的载入历史文件夹，或在新存储中重新载入全部台账。",
        "Fetch the original folder of the history, or load all records into a new store.",
    )


class StoreMoved(StoreProblem):
    """Another load was written between the comparison and the write of this one."""

    message = Text("另一次载入先完成了，本次载入已撤销", "Another load came first; this one was rolled back")
    hint = Text("请重新运行同一命令。", "Run the same command again.")


class StoreBeingRead(StoreProblem):
    """A write must end while nobody reads, and somebody did not stop in time."""

    message = Text(
        "等候 {seconds:g} 秒后仍有查询在进行，写入已撤销",
        "Queries were still under way after {seconds:g} s; the write was rolled back",
    )
    hint = Text(
        "原有数据没有变化。请稍后重新运行同一命令。",
        "The stored data did not change. Run the same command again later.",
    )


class StoreChanged(StoreProblem):
    """A load was finished while the whole graph was being read."""

    message = Text("读取期间有载入完成，未写出任何内容", "A load was finished meanwhile; nothing was written")
    hint = Text("请重新运行同一命令。", "Run the same command again.")


class ChangesGone(WrongUse):
    """What changed since a point is not known: it is too long ago, in the future, or of another history."""

    message = Text(
        "{since} 以来的变更无从得知；可由图版本 {first} 至 {last} 起查询",
        "What changed since {since} is not known; known is what changed since versions {first} to {last}",
    )
    hint = Text(
        "请重新取得全图（GET /v1/export 或 shuniu export），再从其 graph_version 起查询变更。",
        "Take the whole graph again (GET /v1/export or `shuniu export`) and ask from its graph_version on.",
    )


class StoreBusy(StoreProblem):
    """A load is written in several transactions and is not finished, or was stopped on the way."""

    message = Text("载入 {load} 尚未写完，图暂不可查询", "Load {load} is not finished; the graph cannot be read yet")
    hint = Text(
        "请稍候再试；若该次载入已被中断，请再次运行同一条 load 命令，它会接着完成。",
        "Try again in a moment; if that load was stopped, run the same load command again and it will finish.",
    )


class DiskFull(StoreProblem):
    """No space is left, or no more of a quota; what was there stays."""

    message = Text("磁盘空间不足，没有写成：{path}", "No space left on the disk; not written: {path}")
    hint = Text(
        "原有数据没有变化。请腾出空间后重新运行同一命令。",
        "The stored data did not change. Free some space and run the same command again.",
    )


class QueryTimeout(StoreProblem):
    """A read took longer than its limit."""

    message = Text("查询超过时限（{seconds} 秒）", "The query exceeded its time limit ({seconds} s)")
    hint = Text("请缩小范围后重试。", "Narrow the question and try again.")


class StoreFailure(StoreProblem):
    """The store reported something that we do not know better."""

    message = Text("存储出错：{reason}", "The store failed: {reason}")
    hint = Text(
        "数据没有改变。请重试；若仍出错，请附上这条信息反馈。",
        "No data changed. Try again; if it persists, report this message.",
    )


class StoreReadOnly(StoreProblem):
    """A write was tried through a read session."""

    message = Text("只读会话拒绝写入", "A read session refuses writes")


def unreadable(path: object, error: OSError) -> StoreProblem:
    """Return what a failed reading of a file beside a store means: no permission, or damage."""
    if isinstance(error, PermissionError):
        return HomeForbidden(path=path)
    return HomeDamaged(path=path, reason=error.strerror or error)


NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def unwritable(path: object, error: Exception) -> ShuniuError:
    """Return what a failed write means: no room, or a place that cannot be written; libraries may only quote why."""
    if getattr(error, "errno", None) in NO_ROOM or any(os.strerror(number) in str(error) for number in NO_ROOM):
        return DiskFull(path=path)
    return FileUnwritable(path=path, reason=getattr(error, "strerror", None) or error)


def without_ends(written: int, rows: int, text: str) -> StoreFailure:
    """Return what it means that a statement wrote fewer relationships than it was given rows."""
    return StoreFailure(reason=f"{written} of {rows} rows have both ends: {text}")
