"""What is remembered of jobs: real files, several writers, and every way in which a file can be unusable."""

import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from batchtui.model.job import ArrayProperties, JobSummary
from batchtui.past.bounds import Bounds
from batchtui.past.file import STEPS, PastError, default_past_file, open_past
from batchtui.past.job import COLUMNS, PastJob
from batchtui.past.reader import FEW, MOST_LOOKED_AT, PastReader
from batchtui.past.search import Search
from batchtui.past.writer import PastWriter
from batchtui.query.filter import parse
from batchtui.query.past import search_of
from batchtui.ui.panes.past import PAST_FIELDS

NOW = 1_780_000_000.0
NOW_MS = int(NOW * 1000)
ACCOUNT, REGION = "123456789012", "eu-west-1"
Jobs = dict[str, JobSummary]


def job(number: int, status: str = "SUCCEEDED", **members: object) -> JobSummary:
    known: dict[str, object] = {"created_at": NOW_MS - number * 1000, "arn_start": "arn:aws:batch:x:1:job/"}
    return JobSummary(f"id-{number:06d}", f"job-{number}", "high", status, **{**known, **members})  # type: ignore[arg-type]


def many(count: int, **members: object) -> Jobs:
    return {each.job_id: each for each in (job(number, **members) for number in range(count))}  # type: ignore[arg-type]


def wrote(
    path: Path,
    *looks: Mapping[str, JobSummary],
    bounds: Bounds | None = None,
    account: str = ACCOUNT,
    now: float = NOW,
) -> PastWriter:
    """A session of the program that saw these, one look after the other."""
    writer = PastWriter(path, bounds or Bounds(), wall_clock=lambda: now)
    for look in looks:
        writer.take(account, REGION, {"high": look})
    writer.stop(30)
    assert not writer.trouble
    return writer


def read(path: Path, text: str = "", *, account: str | None = None) -> list[PastJob]:
    """Everything that an expression finds, page by page."""
    reader = PastReader(path)
    wanted = parse(text, PAST_FIELDS)
    found: list[PastJob] = []
    after = None
    with closing(reader):
        while True:
            search = search_of(text, account=account, region=REGION if account else None)
            page = reader.page(search, lambda row: wanted.matches(row, NOW), after=after, limit=7)
            found += page.jobs
            after = page.next
            if after is None:
                return found


def test_a_job_is_remembered_without_what_looks_secret_and_its_owner_alone_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "past.sqlite3"
    seen = job(
        1,
        "FAILED",
        status_reason="failed with PASSWORD=hunter2",
        container_reason="OutOfMemoryError",
        exit_code=137,
        started_at=NOW_MS,
        stopped_at=NOW_MS + 5,
        job_definition="arn:aws:batch:x:1:job-definition/align:3",
        share_identifier="lab",
        array_properties=ArrayProperties(10, None, (("SUCCEEDED", 9), ("FAILED", 1))),
        vcpus=2.5,
        memory=2048,
        attempts=3,
        tags=(("lab", "genomics"), ("API_TOKEN", "hunter3")),
        is_terminated=True,
    )
    wrote(path, {seen.job_id: seen})
    (row,) = read(path)
    assert (row.account, row.region, row.at, row.seen_at, row.forgotten_at) == (
        ACCOUNT,
        REGION,
        seen.created_at,
        NOW_MS,
        None,
    )
    told = row.job
    assert told.status_reason == "failed with PASSWORD=••••••"
    assert told.tags == (("lab", "genomics"), ("API_TOKEN", "••••••"))
    same = ("job_id", "job_name", "job_queue", "status", "job_arn", "container_reason", "exit_code", "started_at")
    more = (
        "stopped_at",
        "job_definition",
        "share",
        "array_properties",
        "vcpus",
        "memory",
        "attempts",
        "is_terminated",
    )
    assert [getattr(told, name) for name in (*same, *more)] == [getattr(seen, name) for name in (*same, *more)]
    for each in path.parent.iterdir():
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
        assert b"hunter" not in each.read_bytes()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert default_past_file() == Path.home() / ".local/state/batchtui/past.sqlite3"


def test_an_end_is_never_taken_back_and_what_is_the_same_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    running = job(1, "RUNNING", vcpus=4.0, tags=(("lab", "x"),))
    assert wrote(path, {running.job_id: running}).written == 1
    assert wrote(path, {running.job_id: running}, now=NOW + 9).written == 0
    over = job(1, "FAILED", exit_code=1, stopped_at=NOW_MS)
    assert wrote(path, {over.job_id: over}, now=NOW + 10).written == 1
    assert wrote(path, {running.job_id: running}, now=NOW + 20).written == 0, "another instance that is late"
    (row,) = read(path)
    assert (row.job.status, row.job.vcpus, row.job.tags, row.seen_at) == (
        "FAILED",
        4.0,
        (("lab", "x"),),
        NOW_MS + 10_000,
    )


def test_accounts_and_regions_are_never_mixed(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    wrote(path, many(3))
    wrote(path, many(2, status="FAILED"), account="999900001111")
    assert [row.account for row in read(path, account=ACCOUNT)] == [ACCOUNT] * 3
    assert [row.job.status for row in read(path, account="999900001111")] == ["FAILED"] * 2
    with closing(PastReader(path)) as reader:
        assert (reader.count(), reader.count(ACCOUNT, REGION), reader.count(ACCOUNT, "us-east-1")) == (5, 3, 0)
    assert len({row.key for row in read(path)}) == 5


@pytest.mark.slow
def test_it_is_bounded_by_number_and_by_age_and_the_disk_gets_its_room_back(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    wrote(path, many(6_000, status_reason="r" * 400), bounds=Bounds(10_000, 1))
    large = path.stat().st_size
    wrote(path, many(6_000, status_reason="r" * 400), bounds=Bounds(1_000, 1))
    rows = read(path)
    assert [row.job.job_name for row in rows] == [f"job-{number}" for number in range(1_000)], "the newest stay"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert path.stat().st_size < large / 2
    old = {**many(3, status_reason="r" * 400), **{each.job_id: each for each in [job(90_000)]}}
    assert wrote(path, old, bounds=Bounds(1_000, 1), now=NOW).written == 0, "too old by itself"
    wrote(path, {}, bounds=Bounds(1_000, 500 / 86_400))
    assert len(read(path)) == 501


EXPRESSIONS = (
    "", "job-1", "JOB-1", "id-00001", "1", "xyz", '"job-1"', "spot interr", "status:failed", "status:active",
    "!job-1",     "name:job-*7", "name:job-1,job-2", "exit:137,1", "exit>=2",
    "vcpus<3", "memory:2048", "attempts>1", "queue:high job-3",
       "definition:align", "reason:spot", "/b-[12]7/", "age<60s", "tag:lab", "account:1234", "region:eu share:a%b",
    "a_b", "%",     'id=="id-000003"', "share:a%", "ß", "failed", "high",
)  # fmt: skip


@pytest.mark.parametrize("is_indexed", [True, False])
def test_a_search_finds_what_the_filter_would_find_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_indexed: bool
) -> None:
    path = tmp_path / "past.sqlite3"
    jobs = {}
    for number in range(40):
        status = ("SUCCEEDED", "FAILED", "RUNNING")[number % 3]
        reason = ("Spot interruption", None, "a_b 100% ß")[number % 3]
        each = job(
            number, status, exit_code=(0, 1, 137)[number % 3], status_reason=reason, vcpus=float(number % 5)
        )
        jobs[each.job_id] = each
    odd = job(
        50,
        share_identifier="a%b",
        job_definition="arn:x:job-definition/align:1",
        memory=2048,
        attempts=2,
        tags=(("lab", "1"),),
    )
    jobs[odd.job_id] = odd
    wrote(path, jobs)
    every = read(path)
    assert len(every) == 41
    if not is_indexed:
        monkeypatch.setattr("batchtui.past.reader.FEW", -1)  # as where SQLite knows no such index
    for text in EXPRESSIONS:
        wanted = parse(text, PAST_FIELDS)
        expected = [row.key for row in every if wanted.matches(row, NOW)]
        assert [row.key for row in read(path, text)] == expected, text
    assert not read(path, "job-1", account="0")


def test_the_index_of_words_is_made_for_a_file_that_was_written_without_one(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    wrote(path, many(3))
    with closing(sqlite3.connect(path)) as connection:
        for name in ("words_of_new", "words_of_gone", "words_of_changed"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DROP TABLE words")
    with closing(open_past(path)) as connection:
        match = Search(words=("job-2",)).match
        found = connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (match,)).fetchall()
    assert len(found) == 1
    assert Search(words=("ab", 'a"bc')).match == '"a""b" AND """bc"'


def test_many_rows_with_a_word_are_looked_through_from_the_newest_on(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    wrote(path, many(FEW + 10))
    with closing(PastReader(path)) as reader:
        page = reader.page(Search(words=("job-",)), lambda row: True, limit=5)
        assert [row.job.job_name for row in page.jobs] == [f"job-{number}" for number in range(5)]
        assert page.looked_at == 5
        nothing = reader.page(Search(), lambda row: False)
        assert (nothing.looked_at, nothing.next) == (FEW + 10, None)
        assert nothing.looked_at < MOST_LOOKED_AT


@pytest.mark.slow
def test_several_instances_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    program = (
        "import sys\nfrom pathlib import Path\nfrom tests.unit.test_past import many, wrote\n"
        "wrote(Path(sys.argv[1]), many(800), account=sys.argv[2])\n"
        "wrote(Path(sys.argv[1]), many(800, status='FAILED'), account='shared')\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    both = [subprocess.Popen([*command, account]) for account in ("one", "other")]
    assert [each.wait(60) for each in both] == [0, 0]
    with closing(PastReader(path)) as reader:
        counts = [reader.count(account, REGION) for account in ("one", "other", "shared")]
    assert counts == [800, 800, 800]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _broken(path: Path) -> None:
    path.write_bytes(b"this is no database, but long enough to be one " * 100)


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (a)")


def _newer(path: Path) -> None:
    open_past(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")


def _no_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("a file")


def _link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


UNUSABLE: dict[str, Callable[[Path], object]] = {
    "file is not a database": _broken,
    "is a file of another program": _foreign,
    "was made by a newer version of batchtui": _newer,
    "cannot be opened (File exists)": _no_folder,
    "cannot be opened (Too many levels of symbolic links)": _link,
    "cannot be opened (Is a directory)": Path.mkdir,
    "cannot be opened (not a regular file)": os.mkfifo,
}


@pytest.mark.parametrize("why", UNUSABLE)
def test_a_file_that_cannot_be_used_is_told_once_and_left_as_it_is(tmp_path: Path, why: str) -> None:
    path = tmp_path / "folder" / "past.sqlite3"
    path.parent.mkdir()
    UNUSABLE[why](path)
    before = path.read_bytes() if path.is_file() else None
    told: list[str] = []
    writer = PastWriter(path, Bounds(), on_trouble=told.append, rest=0, rest_after_trouble=0)
    for count in (1, 2, 3):
        writer.take(ACCOUNT, REGION, {"high": many(count)})
    writer.stop(30)
    assert len(told) == 1
    assert why in told[0]
    assert told[0].endswith(": jobs are not remembered.")
    assert writer.trouble == told[0]
    assert before is None or path.read_bytes() == before
    with closing(PastReader(path)) as reader, pytest.raises(PastError, match=r"past\.sqlite3"):
        reader.count()


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.slow
def test_what_found_no_room_or_a_locked_file_is_written_with_the_next_look(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    told: list[str] = []
    open_past(path).close()
    with largest_file(path.stat().st_size + 20_000):
        full = PastWriter(path, Bounds(), on_trouble=told.append, wall_clock=lambda: NOW)
        full.take(ACCOUNT, REGION, {"high": many(2_000)})
        full.stop(30)
    assert len(told) == 1
    assert "cannot be" in told[0]
    assert wrote(path, many(2_000)).written >= 1_000
    assert len(read(path)) == 2_000
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        late = PastWriter(
            path,
            Bounds(),
            on_trouble=told.append,
            wall_clock=lambda: NOW,
            rest=0,
            rest_after_trouble=0,
            busy_seconds=0.01,
        )
        late.take("later", REGION, {"high": many(5)})
        while len(told) < 2:
            assert late._thread is not None
            late._thread.join(0.01)
        assert "locked" in told[1]
        other.execute("ROLLBACK")
        late.take("later", REGION, {"high": many(6)})
        late.stop(30)
    assert (late.trouble, len(told)) == ("", 2)
    assert len(read(path, account="later")) == 6


def test_nothing_that_stands_in_the_file_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    wrote(path, many(1))
    with closing(sqlite3.connect(path)) as connection, connection:
        for column in COLUMNS:
            if column not in ("account", "region", "job_id", "at", "seen_at", "status"):
                connection.execute(f"UPDATE jobs SET {column} = ?", (b"\xff\x1b[2J",))
        connection.execute(
            "UPDATE jobs SET status = ?, name = ?, tags = '[1,[2,3],{}]', children = '[['", ("\x1b[2J",) * 2
        )
        connection.execute("UPDATE jobs SET array_size = 'x', at = 'soon', account = ?", ("a\x9b1m\n",))
    (row,) = read(path)
    assert "\x1b" not in repr(row)
    assert (row.job.status, row.job.tags, row.at, row.account) == ("�[2J", (("2", "3"),), 0, "a�1m ")
    assert row.job.array_properties == ArrayProperties()


def test_what_aws_has_forgotten_says_so_until_it_is_seen_again(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    wrote(path, many(2))
    reader = PastReader(path)
    reader.forgotten(read(path)[0], NOW_MS + 5)
    reader.close()
    assert [row.forgotten_at for row in read(path)] == [NOW_MS + 5, None]
    wrote(path, many(2, status="FAILED"))
    assert [row.forgotten_at for row in read(path)] == [None, None]


def test_a_search_that_is_of_no_use_any_more_ends(tmp_path: Path) -> None:
    path = tmp_path / "past.sqlite3"
    wrote(path, many(3_000))
    with closing(PastReader(path)) as reader:

        def give_up(row: PastJob) -> bool:
            reader.give_up()
            return False

        with pytest.raises(PastError, match="interrupted"):
            reader.page(Search(), give_up)


def test_the_newest_look_is_written_however_many_come(tmp_path: Path) -> None:
    """What waits is bounded: one look of each account and region."""
    path = tmp_path / "past.sqlite3"
    wrote(path, *(many(count) for count in range(1, 60)))
    assert len(read(path)) == 59
