"""Long work as jobs: taken up at once, told to whoever asked alone, its result fetched as a file."""

import csv
import io
import json
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pytest
from docx import Document
from openpyxl import load_workbook

from api.http.app import create_app
from api.http.job_works import BODY, JobWorks
from api.http.jobs import OF_ONE, Jobs, Stop, Stopped
from api.http.routers.loads import LONGEST_NAME
from api.http.statuses import JobEnded, TooManyOfYours
from api.jobs.register import GIVEN, RESULT, Job, JobResult, JobState, Register
from api.jobs.storage import SqliteStorage
from api.security.keys import KeyRing
from api.security.roles import Role
from api.settings import Settings
from api.webhooks import Webhooks
from graph import schema
from graph.comparison import plan
from graph.delta import Facts
from graph.errors import DiskFull, FileUnwritable
from graph.stores.opening import open_store
from tests.api.support import Client
from tests.support.disk import short_files
from tests.support.stores import copy_store
from tests.worlds import AS_OF
from viz.report.template.files import NO_WORD_FILE
from viz.report.template.sample import sample_template

DAY = AS_OF.isoformat()
SECONDS = 120
HEADER = ["名称", "类型", "所在地区"]
GOOD, BAD = ["新晨研究院", "科研院所", "绵阳市"], ["无处可寻所", "科研院所", "火星"]


@pytest.fixture(scope="module")
def home(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_store(store_url, tmp_path_factory.mktemp("jobs") / "world.lbug")


@pytest.fixture(scope="module")
def asking(home: Path) -> Iterator[Client]:
    """The app in this very process: the in-process form of what test_jobs_served.py has as a server."""
    with Client(create_app(Settings(store=f"ladybug://{home}", processes=0))) as made:
        yield made


def table(*rows: list[str]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows([HEADER, *rows])
    return made.getvalue().encode()


def ended(client: Any, answer: Any) -> dict[str, Any]:
    """Wait for a job and return how it ended."""
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['data']['id']}"
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        told: dict[str, Any] = client.get(answer.headers["location"]).json()["data"]
        if told["state"] not in ("queued", "running"):
            return told
        time.sleep(0.05)
    raise TimeoutError


def test_a_load_is_a_job_with_its_account_and_its_rejects(asking: Client) -> None:
    files = [("files", ("机构.csv", table(GOOD, BAD)))]
    dry = ended(asking, asking.post("/v1/loads", params={"dry_run": True}, files=files))
    before = asking.get(dry["result"]).json()
    assert asking.get("/v1/search", params={"q": GOOD[0]}).json()["data"] == []
    told = ended(asking, asking.post("/v1/loads", files=files))
    made = asking.get(told["result"]).json()
    row = {"table": "organizations", "read": 2, "created": 1, "updated": 0, "unchanged": 0, "merged": 0, "rejected": 1}
    assert made["data"] == before["data"] == [row]
    assert made["rejects"] == told["rejects"] == f"/v1/jobs/{told['id']}/rejects"
    book = load_workbook(io.BytesIO(asking.get(told["rejects"]).content))
    assert "无处可寻所" in {cell for line in book.worksheets[0].iter_rows(values_only=True) for cell in line}
    assert [found["name"] for found in asking.get("/v1/search", params={"q": GOOD[0]}).json()["data"]] == [GOOD[0]]
    again = ended(asking, asking.post("/v1/loads", files=files))
    assert asking.get(again["result"]).json()["data"] == [{**row, "created": 0, "unchanged": 1}]


def test_what_cannot_be_loaded_is_told_at_once_or_as_the_result(asking: Client) -> None:
    def refused(name: str, **options: Any) -> tuple[int, str]:
        answer = asking.post("/v1/loads", params={"lang": "en", **options}, files=[("files", (name, b"x"))])
        return answer.status_code, answer.json().get("detail", "")

    kinds = "must be a file .csv .tsv .xlsx .xlsm .xls .ods .et .jsonl .ndjson .json .parquet .zip"
    assert refused("../机构.exe") == (422, f"Bad parameter files: ../机构.exe ({kinds})")
    assert refused(".csv")[0] == refused(f"{'长' * LONGEST_NAME}.csv")[0] == 422
    assert refused("a.csv", replace="机构", complete_for="火星")[0] == 422
    assert refused("a.csv", complete_for="绵阳市") == (
        422, "Bad parameter complete_for (--for): 绵阳市 (goes with `replace` (--replace TABLE))"
    )  # fmt: skip
    assert refused("a.csv", nothing=1)[0] == 422
    assert refused("source.yml") == (422, "Bad parameter files: source.yml (it is a note, and no table is with it)")
    twice = [("files", ("a.csv", b"x")), ("files", ("b/a.csv", b"y"))]
    assert asking.post("/v1/loads", files=twice).status_code == 422
    told = ended(asking, asking.post("/v1/loads?lang=en", files=[("files", ("../../机构.csv", b"\xff\xfe\x00"))]))
    assert (told["state"], told["rejects"]) == ("failed", None)
    result = asking.get(told["result"])
    assert (result.status_code, result.headers["content-type"]) == (422, "application/problem+json")
    assert result.json()["instance"] == "/v1/loads"
    told = ended(asking, asking.post("/v1/loads?lang=en", files=[("files", ("机构.xlsx", b"\x89PNG"))]))
    assert asking.get(told["result"]).json()["detail"] == (
        "Cannot read file 机构.xlsx: it is a picture under another ending; ask its sender for the table; if there is"
        " none, turn it into one, check it and save it as .xlsx"
    )


@pytest.mark.parametrize("fields", [{"data": {"dry_run": "true"}}, {"files": [("table", ("b.csv", b"x"))]}])
def test_what_a_form_brings_beside_files_is_not_dropped(asking: Client, fields: dict[str, Any]) -> None:
    files = [("files", ("机构.csv", table(GOOD))), *fields.pop("files", [])]
    before = [job["id"] for job in asking.get("/v1/jobs").json()["data"]]
    answer = asking.post("/v1/loads", params={"lang": "en"}, files=files, **fields)
    name, value = ("dry_run", "true") if len(files) == 1 else ("table", "b.csv")
    reason = "the form brings files alone, in the field `files`; options stand in the address: /v1/loads?dry_run=true"
    assert (answer.status_code, answer.json()["details"]) == (422, {"name": name, "value": value, "reason": reason})
    assert [job["id"] for job in asking.get("/v1/jobs").json()["data"]] == before


def test_no_job_is_taken_of_which_nobody_is_told(store_url: str, tmp_path: Path) -> None:
    with (
        open_store(f"ladybug://{copy_store(store_url, tmp_path / 'world.lbug')}") as store,
        Client(create_app(Settings(processes=0), store)) as client,
    ):
        facts = Facts()
        begun = {"key": "load-9", "sequence": 9, "state": "writing"}
        facts.add(schema.nodes()["Load"], pa.Table.from_pylist([begun]))
        store.apply(plan(facts, None))
        files = [("files", ("机构.csv", table(GOOD)))]
        sent = (
            client.post("/v1/loads", files=files),
            client.post("/v1/reports", json={"region": "绵阳市", "format": "docx"}),
            client.post("/v1/expand", json={"budget": 10}, headers={"Prefer": "respond-async"}),
        )
        assert [answer.status_code for answer in sent] == [503, 503, 503]
        assert client.app.state.jobs.of("testclient") == []


def test_more_than_an_upload_may_have_is_refused_before_it_is_read(asking: Client) -> None:
    big = asking.post("/v1/loads", files=[("files", ("a.csv", b"0" * (51 << 20)))])
    assert (big.status_code, big.json()["type"]) == (413, "urn:shuniu:problem:body-too-large")
    many = [("files", (f"{n}.csv", b"x")) for n in range(2000)]
    assert asking.post("/v1/loads", files=many).status_code == 400
    assert asking.post("/v1/expand", content=b"0" * (2 << 20)).status_code == 413


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_a_report_is_a_file(asking: Client, form: str) -> None:
    asked = {"region": "绵阳市", "format": form, "language": "en", "as_of": DAY, "budget": 10}
    told = ended(asking, asking.post("/v1/reports", json=asked))
    assert (told["kind"], told["state"], told["step"]) == ("reports", "done", None)
    file = asking.get(told["result"])
    assert file.status_code == 200
    assert file.headers["content-type"].startswith("application/vnd.openxmlformats-officedocument.")
    assert file.headers["content-disposition"] == f'attachment; filename="gap-report-510700.{form}"'
    assert file.content.startswith(b"PK")


def test_an_office_has_its_own_file_filled(asking: Client) -> None:
    def sent(template: bytes, **asked: Any) -> Any:
        return asking.post("/v1/reports?lang=en", json={"template": b64encode(template).decode(), **asked})

    bulletin = {"kind": "bulletin", "as_of": DAY, "region": "绵阳市"}
    told = ended(asking, sent(sample_template("month", "zh"), **bulletin))
    plain = ended(asking, asking.post("/v1/reports", json=bulletin))
    ours = [
        any("本段由我单位撰写" in p.text for p in Document(io.BytesIO(asking.get(job["result"]).content)).paragraphs)
        for job in (told, plain)
    ]
    assert ours == [True, False]
    assert sent(b"PK", format="pdf").json()["detail"] == "Bad parameter template: pdf (goes with docx)"
    assert asking.post("/v1/reports", json={"template": "é"}).status_code == 422
    bomb = io.BytesIO()
    with ZipFile(bomb, "w") as parts:
        parts.writestr("word/document.xml", '<!DOCTYPE w [<!ENTITY a "aaaa">]><w/>')
    refused = [sent(content).json()["type"].rpartition(":")[2] for content in (bomb.getvalue(), b"0" * (6 << 20))]
    assert refused == ["file-refused", "body-too-large"]
    assert sent(b"no Word file").json()["detail"] == f"Bad parameter template: docx ({NO_WORD_FILE.en})"
    no_place = io.BytesIO()
    Document().save(no_place)
    told = ended(asking, sent(no_place.getvalue(), **bulletin))
    assert (told["state"], asking.get(told["result"]).status_code) == ("failed", 422)


def test_what_a_report_cannot_be_about_is_told_at_once(asking: Client) -> None:
    wrong: list[dict[str, Any]] = [{"region": "火星"}, {"format": "doc"}, {"budget": -1}, {"webhook": "x"}]
    assert {asking.post("/v1/reports", json=asked).status_code for asked in wrong} == {422}


def test_a_dear_question_may_be_a_job(asking: Client) -> None:
    asked = {"budget": 10, "time_limit": 2, "as_of": DAY}
    taken = asking.post("/v1/expand", json=asked, headers={"Prefer": "wait=1, respond-async"})
    told = ended(asking, taken)
    assert (taken.headers["preference-applied"], told["kind"]) == ("respond-async", "expand")
    here = asking.post("/v1/expand", json=asked).json()
    there = asking.get(told["result"]).json()
    assert there["data"]["actions"] == here["data"]["actions"]
    assert there["meta"]["parameters"] == here["meta"]["parameters"]
    wrong = ended(asking, asking.post("/v1/expand", json={"budget": -1}, headers={"Prefer": "respond-async"}))
    assert (wrong["state"], asking.get(wrong["result"]).status_code) == ("failed", 422)
    assert asking.get("/v1/kpi", headers={"Prefer": "respond-async"}).status_code == 200


# --- once, and again ----------------------------------------------------------------------------------


def test_a_request_that_comes_again_is_answered_alike(asking: Client) -> None:
    def load(key: str, *rows: list[str]) -> Any:
        return asking.post("/v1/loads", files=[("files", ("机构.csv", table(*rows)))], headers={"Idempotency-Key": key})

    first, again, other = load("a", GOOD), load("a", GOOD), load("a", BAD)  # each with a boundary of its own
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert (other.status_code, other.json()["type"]) == (422, "urn:shuniu:problem:key-reused")
    assert load("b", GOOD).headers["location"] != first.headers["location"]
    part = b'\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\nx\r\n--'
    of_any_length = [
        asking.post(
            "/v1/loads", content=b"--" + mark + part + mark + b"--\r\n",
            headers={"Idempotency-Key": "d", "Content-Type": f"multipart/form-data; boundary={mark.decode()}"},
        ).headers["location"]
        for mark in (b"-----7f3a", b"WebKit-9b1c22e0d4")
    ]  # fmt: skip
    assert of_any_length[0] == of_any_length[1]
    assert asking.get(ended(asking, first)["result"]).status_code == 200
    for key, status in (("", 422), ("x" * 201, 422), ("c", 200)):
        answer = asking.post("/v1/signals", json={"requester": "绵阳市"}, headers={"Idempotency-Key": key})
        assert answer.status_code == status
    moved = asking.post("/v1/signals", json={"requester": "绵阳市", "limit": 3}, headers={"Idempotency-Key": "c"})
    assert moved.status_code == 422


def test_what_is_sent_was_kept_before_so_that_who_lost_it_asks_again(asking: Client) -> None:
    sent: list[bytes] = []
    body = '{"requester": "绵阳市"}'.encode()
    pieces = [{"type": "http.request", "body": body}]

    async def receive() -> Any:
        return pieces.pop() if pieces else {"type": "http.disconnect"}

    async def lost(message: Any) -> None:
        sent.append(message["type"])
        raise OSError("the connection is gone")

    head = {"host": "127.0.0.1:8000", "content-type": "application/json", "idempotency-key": "lost"}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/v1/signals", "raw_path": b"/v1/signals", "query_string": b"", "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in head.items()],
        "client": ("testclient", 50000), "server": ("127.0.0.1", 8000), "state": {},
    }  # fmt: skip
    with pytest.raises(OSError, match="the connection is gone"):
        asking.portal.call(asking.app, scope, receive, lost)
    before = asking.get("/v1/signals").json()["data"]
    again = asking.post("/v1/signals", content=body, headers=head)
    assert (sent, again.status_code) == (["http.response.start"], 200)
    assert asking.get("/v1/signals").json()["data"] == before, "one that comes again is done once"


# --- whose, how many, how to end ----------------------------------------------------------------------


def test_a_job_is_seen_by_whoever_asked_alone(store_url: str, tmp_path: Path) -> None:
    own = copy_store(store_url, tmp_path / "world.lbug")
    ring = KeyRing(own.with_name("world.lbug.d"))
    who = (("a", Role.ADMIN, None), ("b", Role.ADMIN, None), ("c", Role.EDITOR, "510700"))
    keys = [ring.create(*one, 1)[1] for one in who]
    a, b, editor = ({"Authorization": f"Bearer {key}"} for key in keys)
    with Client(create_app(Settings(store=f"ladybug://{own}", processes=0))) as client:
        files = [("files", ("机构.csv", table(GOOD)))]
        at = client.post("/v1/loads", files=files, headers=a).headers["location"]
        assert client.get(at, headers=a).json()["data"]["asker"] == keys[0].split("_")[1]
        addresses = (("GET", ""), ("DELETE", ""), ("GET", "/result"), ("GET", "/rejects"))
        assert {client.request(m, f"{at}{part}", headers=b).status_code for m, part in addresses} == {404}
        assert [len(client.get("/v1/jobs", headers=h).json()["data"]) for h in (a, b)] == [1, 0]
        assert client.post("/v1/reports", json={"region": "成都市"}, headers=editor).status_code == 403


def wait_until(done: Any) -> None:
    until = time.monotonic() + SECONDS
    while not done() and time.monotonic() < until:
        time.sleep(0.01)


def test_jobs_wait_their_turn_and_end_when_they_are_told(tmp_path: Path) -> None:
    begun, leave = threading.Event(), threading.Event()

    def work(_: Any, _folder: Path, stop: Any, tell: Any) -> Any:
        stop.on(leave.set)
        tell("read", 3)
        begun.set()
        leave.wait(SECONDS)
        raise Stopped

    jobs = Jobs(tmp_path, {"one": work}, lambda *_: JobResult(status=500), Webhooks("", None))
    try:
        ids = [jobs.take("one", "k", "a", {"n": n}).id for n in range(OF_ONE)]
        with pytest.raises(TooManyOfYours):
            jobs.take("one", "k", "a", {})
        assert begun.wait(SECONDS)
        first = jobs.get(ids[0], "a")
        assert (first.state, first.step, first.rows) == (JobState.running, "read", 3)
        assert jobs.cancel(ids[1], "a").state == JobState.cancelled
        with pytest.raises(JobEnded):
            jobs.cancel(ids[1], "a")
        jobs.cancel(ids[0], "a")
        wait_until(lambda: jobs.get(ids[0], "a").ended)
        assert jobs.get(ids[0], "a").state == JobState.cancelled
        assert jobs.take("one", "k", "a", {}).state == JobState.queued
    finally:
        jobs.close()


def test_what_an_earlier_server_left_goes_on_and_what_ended_two_of_them_is_told(tmp_path: Path) -> None:
    done: list[str] = []

    def work(job: Any, *_: Any) -> Any:
        done.append(job.id)
        return JobResult(status=200)

    left = Register(tmp_path, SqliteStorage(tmp_path).table)
    was = (("q", JobState.queued, 0), ("once", JobState.running, 1), ("twice", JobState.running, 2))
    for id_, state, attempts in was:
        left.add(Job(id=id_, kind="k", lane="one", asker="a", order={}, state=state, attempts=attempts))
    left.close()
    jobs = Jobs(tmp_path, {"one": work}, lambda *_: JobResult(status=503), Webhooks("", None))
    try:
        jobs.start()
        wait_until(lambda: all(job.ended for job in jobs.of("a")))
        told = {job.id: (job.state, job.attempts, job.sent and job.sent.status) for job in jobs.of("a")}
    finally:
        jobs.close()
    assert told == {
        "q": (JobState.done, 1, 200), "once": (JobState.done, 2, 200), "twice": (JobState.failed, 2, 503)
    }  # fmt: skip
    assert sorted(done) == ["once", "q"]


def test_what_cannot_be_written_down_is_begun_again_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.http.jobs.BEAT_SECONDS", 0.02)
    room = iter([False, True])

    def work(*_: Any) -> JobResult:
        if not next(room):
            raise DiskFull(path=tmp_path)
        return JobResult(status=200)

    def failed(*_: Any) -> JobResult:
        raise DiskFull(path=tmp_path)

    jobs = Jobs(tmp_path, {"one": work}, failed, Webhooks("", None))
    try:
        jobs.start()
        job = jobs.take("one", "k", "a", {})
        wait_until(lambda: jobs.get(job.id, "a").ended)
        assert jobs.get(job.id, "a").state == JobState.done
    finally:
        jobs.close()


def test_an_answer_or_a_problem_that_cannot_be_kept_is_told(asking: Client, tmp_path: Path) -> None:
    async def compute(_scope: Any, _body: bytes, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 100_000})

    works = JobWorks(asking.app, asking.app.state.store, Settings(), compute)
    order = {"method": "POST", "path": "/v1/reports", "query": "", "headers": [], "ours": {}}
    job = Job(id="1", kind="reports", lane="answers", asker="a", order=order)
    (tmp_path / GIVEN).mkdir()
    (tmp_path / GIVEN / BODY).write_bytes(b"{}")
    with short_files(50_000):
        sent = works.answer(job, tmp_path, Stop(), lambda *_: None)
    assert (sent.status, json.loads((tmp_path / RESULT).read_bytes())["type"]) == (
        503, "urn:shuniu:problem:file-unwritable"
    )  # fmt: skip
    with short_files(0), pytest.raises(FileUnwritable):
        works.failed(job, tmp_path, None)


def test_of_a_job_whose_order_is_not_whole_it_is_told_that_it_failed(asking: Client, tmp_path: Path) -> None:
    works = JobWorks(asking.app, asking.app.state.store, Settings(), asking.app)
    sent = works.failed(
        Job(id="1", kind="reports", lane="answers", asker="a", order={"path": "/v1/reports"}), tmp_path, None
    )
    told = json.loads((tmp_path / RESULT).read_bytes())
    assert (sent.status, told["status"], told["type"]) == (500, 500, "urn:shuniu:problem:internal")


def test_on_a_full_disk_no_job_is_taken_and_what_is_done_is_answered(asking: Client) -> None:
    def signals(key: str) -> int:
        answer = asking.post("/v1/signals", json={"requester": "绵阳市"}, headers={"Idempotency-Key": key})
        return int(answer.status_code)

    before = [job["id"] for job in asking.get("/v1/jobs").json()["data"]]
    assert signals("room") == 200
    files = [("files", ("机构.csv", table(GOOD)))]
    with short_files(0):
        sent = (
            asking.post("/v1/loads", files=files),
            asking.post("/v1/reports", json={"region": "绵阳市", "format": "docx"}),
            asking.post("/v1/expand", json={"budget": 10}, headers={"Prefer": "respond-async"}),
        )
        assert ([answer.status_code for answer in sent], signals("full")) == ([503, 503, 503], 200)
    assert [job["id"] for job in asking.get("/v1/jobs").json()["data"]] == before


def test_a_server_starts_on_a_full_disk_and_does_its_jobs_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.http.jobs.BEAT_SECONDS", 0.02)
    left = Register(tmp_path, SqliteStorage(tmp_path).table)
    left.add(Job(id="q", kind="k", lane="one", asker="a", order={}))
    left.close()
    jobs = Jobs(
        tmp_path, {"one": lambda *_: JobResult(status=200)}, lambda *_: JobResult(status=503), Webhooks("", None)
    )
    with short_files(0):
        jobs.start()
    try:
        wait_until(lambda: jobs.get("q", "a").ended)
        assert jobs.get("q", "a").state == JobState.done
    finally:
        jobs.close()
