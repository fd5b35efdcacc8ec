"""The errors of the HTTP door itself, and the one table error -> status, with the words for each status."""

from api.jobs.storage import QueueUnreachable
from api.security.roles import NotYourRegion
from api.security.tokens import ProviderAway
from graph import errors
from graph.errors import ShuniuError
from graph.language import Text


class BadCursor(errors.WrongUse):
    """A cursor was not made here."""

    message = Text("无法识别的游标：{value}", "This is no cursor of ours: {value}")
    hint = Text(
        "请原样使用上一页的 next，或从第一页开始。",
        "Use `next` of the previous page as it is, or start at the first page.",
    )


class KnownStateMissing(errors.WrongUse):
    """What was known after a load is asked for of a server, which does not make it again for one question."""

    message = Text("{load} 之后所知的图还没有做好", "What was known after {load} has not been made yet")
    hint = Text(
        "请管理员在服务器上运行一次：shuniu coverage --known-at {load}；做好后即可查询。",
        "Have the operator run this on the server once: shuniu coverage --known-at {load}; then ask again.",
    )


class StaleCursor(errors.WrongUse):
    """A cursor belongs to another question, day or graph version."""

    message = Text("游标已失效：{reason}", "The cursor no longer holds: {reason}")
    hint = Text("请去掉 cursor，从第一页重新开始。", "Drop `cursor` and start again at the first page.")


class RegionNotFound(errors.UnknownRegion):
    """The place in a path exists nowhere."""


class BodyTooLarge(errors.WrongUse):
    """A request brings more than any question needs."""

    message = Text("请求内容过大，超过 {limit} 字节", "The request is too large: more than {limit} bytes")
    hint = Text("请拆成几次请求。", "Split it into several requests.")


class LengthUnclear(errors.WrongUse):
    """A request states the length of its body in two ways, which proxy and service may read differently."""

    message = Text(
        "请求同时写明 Content-Length 和 Transfer-Encoding", "The request states Content-Length and Transfer-Encoding"
    )
    hint = Text("请只用一种。", "State one of them.")


class BadForm(errors.WrongUse):
    """A form cannot be taken apart, or breaks off: what is missing would be dropped in silence."""

    message = Text(
        "不是完整的表单：应以 multipart/form-data 发送，文件在字段 files 中，至多 50 个",
        "This is no whole form: send it as multipart/form-data, with up to 50 files in the field `files`",
    )


class BodyTooSlow(errors.WrongUse):
    """A request was begun, and its rest does not come."""

    message = Text("请求内容没有在 {seconds} 秒内到齐", "The request did not arrive whole within {seconds} s")
    hint = Text("请检查网络后重新发送。", "Look after the connection and send it again.")


class RangeBeyondEnd(errors.WrongUse):
    """A part of a file is asked for that it does not have."""

    message = Text("文件只有 {size} 字节，没有所要的部分：{range}", "The file has {size} bytes, not the part: {range}")
    hint = Text("请改正 Range，或不带 Range 取整个文件。", "Correct `Range`, or fetch the whole file without it.")


class NotReady(errors.StoreProblem):
    """The service runs but cannot answer yet."""

    message = Text("服务尚未就绪：{reason}", "The service is not ready: {reason}")


class ForeignHost(errors.WrongUse):
    """The service is asked under a name that is not its own: perhaps by a page that had its name point here."""

    message = Text("本服务不以“{host}”为名", "This service is not called “{host}”")
    hint = Text(
        "请用 127.0.0.1 或 localhost 访问；要用别的名称，请在 SHUNIU_HOSTS 中写明。",
        "Use 127.0.0.1 or localhost; other names are stated in SHUNIU_HOSTS.",
    )


class ForeignOrigin(errors.WrongUse):
    """A page of another site asks, in the name of whoever has it open."""

    message = Text("不回答其他网站的页面：{origin}", "Pages of other sites are not answered: {origin}")
    hint = Text("请从本服务自己的页面或用程序访问。", "Ask from a page of this service, or by a program.")


class TooManyAtOnce(errors.StoreProblem):
    """All places for work of this kind are taken, and enough already wait."""

    message = Text("服务正忙：同类计算已排满", "The service is busy: all places for such work are taken")
    hint = Text("请在 {seconds} 秒后重试。", "Try again in {seconds} s.")


class TooManyOfYours(errors.WrongUse):
    """One asker has as much under way as one asker may."""

    message = Text("您同时进行的计算过多（至多 {most} 项）", "You have too much under way (at most {most} at once)")
    hint = Text("请等先前的完成后再试。", "Wait until the earlier ones are done.")


class DeadlineOver(errors.StoreProblem):
    """An answer took longer than the service lets one take; the work was stopped."""

    message = Text("计算超过时限（{seconds} 秒），已停止", "The answer took more than {seconds} s and was stopped")
    hint = Text(
        "请缩小范围、减小 time_limit 或减少预算个数后重试。",
        "Narrow the question, lower time_limit or ask for fewer budgets.",
    )


class WorkerLost(errors.StoreProblem):
    """The process of a computation ended before its answer: it needed more memory than one may take."""

    message = Text(
        "计算未能完成：所需内存超过限度", "The answer could not be finished: it needs more memory than it may"
    )
    hint = Text("请缩小范围后重试。", "Narrow the question and try again.")


class JobUnfinished(errors.WrongUse):
    """Something is asked of a job that it has only when it is done."""

    message = Text("作业 {job} 没有结果：{state}", "Job {job} has no result: {state}")
    hint = Text("请查看 /v1/jobs/{job}，完成后再取结果。", "Look at /v1/jobs/{job}; fetch the result when it is done.")


class JobEnded(errors.WrongUse):
    """A job that has ended cannot be cancelled."""

    message = Text("作业 {job} 已经结束：{state}", "Job {job} has ended: {state}")


class JobInterrupted(errors.StoreProblem):
    """The server ended in the middle of a job, and when it was begun again, once more."""

    message = Text("作业两次因服务停止而中断", "The job was interrupted twice as the service stopped")
    hint = Text("请重新提交。", "Ask for it again.")


class KeyReused(errors.WrongUse):
    """An Idempotency-Key comes with something else than the first time."""

    message = Text("Idempotency-Key“{key}”已用于另一个请求", "The Idempotency-Key “{key}” was used for something else")
    hint = Text("每个新请求用一个新的值。", "Use a new value for each new request.")


class KeyInUse(errors.WrongUse):
    """The request with this Idempotency-Key is being answered."""

    message = Text("同一 Idempotency-Key 的请求正在处理：{key}", "The request with Idempotency-Key {key} is under way")
    hint = Text("请稍后重试。", "Try again shortly.")


class UnknownKey(errors.WrongUse):
    """There is no valid key with the request."""

    message = Text("需要有效的密钥", "A valid key is needed")
    hint = Text(
        "请在请求头写 Authorization: Bearer 密钥；密钥由管理员用 shuniu keys create 发放。",
        "Send the header `Authorization: Bearer KEY`; an administrator makes keys by `shuniu keys create`.",
    )


class NotAllowed(errors.WrongUse):
    """The role of the key may not do this."""

    message = Text("{role}的密钥不能{rule}", "A key of the role {role} may not {rule}")
    hint = Text("请向管理员申请合适的密钥。", "Ask an administrator for a key that may.")


class TooManyRequests(errors.WrongUse):
    """A key was used more often than a key may be."""

    message = Text("请求过于频繁", "Too many requests")
    hint = Text("请稍候再试。", "Wait a little.")


STATUS: dict[type[ShuniuError], int] = {
    ShuniuError: 500,
    errors.WrongUse: 400,
    errors.UnknownRegion: 422,
    errors.AmbiguousRegion: 422,
    errors.UnknownNode: 422,
    errors.AmbiguousNode: 422,
    errors.UnknownCode: 422,
    errors.BadParameter: 422,
    errors.UnknownTable: 422,
    errors.MissingColumn: 422,
    errors.FileUnreadable: 422,
    errors.BadDeliveryNote: 422,
    errors.FileRefused: 413,
    BodyTooLarge: 413,
    BodyTooSlow: 408,
    RangeBeyondEnd: 416,
    errors.DeliveryShrunk: 409,
    KnownStateMissing: 409,
    errors.NotFound: 404,
    RegionNotFound: 404,
    StaleCursor: 409,
    errors.ChangesGone: 410,
    # Files and addresses are the operator's, never the asker's.
    errors.FileMissing: 500,
    errors.FileUnwritable: 503,
    errors.NotDelivered: 500,
    errors.BadStoreUrl: 500,
    errors.StoreProblem: 503,
    errors.StoreReadOnly: 500,
    errors.QueryTimeout: 504,
    ForeignHost: 421,
    ForeignOrigin: 403,
    TooManyAtOnce: 503,
    TooManyOfYours: 429,
    DeadlineOver: 504,
    UnknownKey: 401,
    NotAllowed: 403,
    NotYourRegion: 403,
    TooManyRequests: 429,
    WorkerLost: 503,
    JobUnfinished: 409,
    JobEnded: 409,
    JobInterrupted: 503,
    KeyReused: 422,
    KeyInUse: 409,
}
"""Status of each class; a class without an entry has that of its nearest ancestor."""

OPEN: tuple[type[ShuniuError], ...] = (
    errors.QueryTimeout,
    errors.StoreBusy,
    errors.StoreBeingRead,
    NotReady,
    TooManyAtOnce,
    DeadlineOver,
    WorkerLost,
    ProviderAway,
    JobInterrupted,
    QueueUnreachable,
)
"""Errors of ours (5xx) whose words hold nothing of the inside and are told."""

TITLES: dict[int, Text] = {
    400: Text("请求不正确", "Bad request"),
    401: Text("需要密钥", "A key is needed"),
    403: Text("不允许", "Not allowed"),
    404: Text("没有找到", "Not found"),
    405: Text("不支持的方法", "Method not allowed"),
    408: Text("请求没有到齐", "The request did not arrive whole"),
    409: Text("与当前状态不符", "Conflict with the current state"),
    410: Text("已不再提供", "No longer available"),
    413: Text("内容过大或不可接受", "Content too large or not acceptable"),
    416: Text("文件没有所要的部分", "The file has no such part"),
    421: Text("不是本服务的名称", "Not a name of this service"),
    422: Text("参数不正确", "Parameters that cannot be used"),
    429: Text("请求过多", "Too many requests"),
    500: Text("服务器出错", "Server error"),
    503: Text("暂时不可用", "Temporarily unavailable"),
    504: Text("超过时限", "Time limit exceeded"),
}
WITHHELD: dict[int, Text] = {
    500: Text(
        "服务器内部出错，已记录。反馈时请附上 request_id。",
        "An internal error occurred and was logged. Quote request_id when you report it.",
    ),
    503: Text(
        "数据存储暂时不可用，请稍后重试。", "The data store is temporarily unavailable; please try again shortly."
    ),
}
WITHHELD_OF: dict[type[ShuniuError], Text] = {
    errors.StoreForbids: Text(
        "本服务的数据存储不允许写入；查询不受影响。",
        "The data store of this service lets nobody write; questions are still answered.",
    ),
    errors.DiskFull: Text(
        "服务器磁盘空间不足，没有写入；查询不受影响。请告知管理员。",
        "The disk of this service is full and nothing was written; questions are still answered. Tell its operator.",
    ),
}
"""Words for errors that waiting does not mend."""


def status_of(error: type[ShuniuError]) -> int:
    """Return the HTTP status of an error class."""
    return next(STATUS[c] for c in error.__mro__ if c in STATUS)
