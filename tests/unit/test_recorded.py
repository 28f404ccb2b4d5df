"""The record of actions is read again: newest first, bounded, and nothing in the file is believed."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.actions.entry import ActionEntry, Actor
from batchtui.actions.record import ActionRecord
from batchtui.actions.recorded import MOST_BYTES, entry_of, read_record
from batchtui.model.text import clean

ACTOR = Actor("123456789012", region="eu-west-1", profile="dev")


def entry(number: int, *, new: str | None = None, ids: tuple[str, ...] = ("a",), reason: str = "") -> ActionEntry:
    action = "SubmitJob" if new else "TerminateJob"
    return ActionEntry(
        1_780_000_000.1237 + number, ACTOR, action, len(ids), ids, reason, "accepted", new_job_id=new
    )


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "actions.jsonl"
    written = [entry(0, reason="genug – é"), entry(1, new="n"), entry(2, ids=("a", "b"))]
    ActionRecord(path).add(written)
    read = read_record(path)
    assert [each.as_line() for each in read.entries] == [each.as_line() for each in reversed(written)]
    assert (read.skipped, read.trouble) == (0, "")


def test_of_both_files_the_newest_are_read(tmp_path: Path) -> None:
    path = tmp_path / "actions.jsonl"
    record = ActionRecord(path, largest=3_000)
    for number in range(40):
        record.add([entry(number)])
    assert path.with_name("actions.jsonl.1").exists()
    in_new = len(path.read_text().splitlines())
    read = read_record(path, most=in_new + 3).entries
    assert [round(each.at - entry(0).at) for each in read] == list(range(39, 39 - in_new - 3, -1))
    assert len(read_record(path, most=2).entries) == 2


BAD = (
    b"no json",
    b"[1, 2]",
    b"null",
    b"{}",
    b'{"time": "2026-01-01T00:00:00Z"}',
    b'{"time": "yesterday", "action": "TerminateJob", "outcome": "accepted"}',
    b'{"time": 12, "action": "TerminateJob", "outcome": "accepted"}',
    b'{"time": "0001-01-01T00:00:00+23:59", "action": 7, "outcome": "accepted"}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"time": "2026-01-01T00:00:00Z", "action": "TerminateJob", "outc',
)


@pytest.mark.parametrize("line", BAD)
def test_what_is_no_entry_is_counted_and_left_out(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "actions.jsonl"
    good = [entry(number).as_line().encode() for number in range(2)]
    path.write_bytes(b"\n".join((good[0], line, good[1])))
    read = read_record(path)
    assert (len(read.entries), read.skipped) == (2, 1)


def test_texts_are_cleaned_and_bounded(tmp_path: Path) -> None:
    line = (
        b'{"time": "2026-01-01T00:00:00", "action": "\\u001b[2JTerminateJob", "outcome": "acc\\nepted",'
        b'"count": true, "jobs": ["\\u202ea", 7, "b"], "reason": "'
        + b"x" * 9_000
        + b'", "new_job": "\\u0007", "account": {}}'
    )
    read = entry_of(line)
    assert read is not None
    texts = [read.action, read.outcome, *read.job_ids, read.reason, read.new_job_id or ""]
    assert all(clean(text) == text and len(text) <= 4_000 for text in texts)
    assert (read.count, len(read.job_ids), read.actor.account) == (2, 2, None)
    assert read.at == 1767225600


@given(st.binary(max_size=300))
def test_any_line_is_an_entry_or_none(line: bytes) -> None:
    entry_of(line)


def test_a_file_that_is_too_large_is_read_from_its_end(tmp_path: Path) -> None:
    path = tmp_path / "actions.jsonl"
    with path.open("wb") as file:
        file.write(b"x" * (MOST_BYTES + 50_000) + b"\n")
        file.write(entry(1).as_line().encode() + b"\n")
    read = read_record(path)
    assert (len(read.entries), read.skipped) == (1, 0)


@pytest.mark.parametrize("kind", ["none", "a directory", "a link", "a pipe", "unreadable parent"])
def test_what_cannot_be_read_is_told_in_words(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "actions.jsonl"
    if kind == "a directory":
        path.mkdir()
    elif kind == "a link":
        (tmp_path / "other").write_text(entry(0).as_line())
        path.symlink_to(tmp_path / "other")
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "unreadable parent":
        (tmp_path / "file").write_text("")
        path = tmp_path / "file" / "actions.jsonl"
    read = read_record(path)
    assert read.entries == ()
    assert (str(path) in read.trouble) == (kind != "none")


async def test_history_is_of_this_session_and_of_others_each_once(tmp_path: Path) -> None:
    path = tmp_path / "actions.jsonl"
    ActionRecord(path).add([entry(0)])
    record = ActionRecord(path)
    record.add([entry(1, reason="\x1b[1mloud"), entry(2)])
    assert [entry.reason[1:] for entry in record.history] == ["", "[1mloud"], "not read yet"
    await record.read()
    ActionRecord(path).add([entry(3)])
    record.add([entry(4)])
    assert [round(each.at - entry(0).at) for each in record.history] == [4, 2, 1, 0]
    await record.read()
    assert [round(each.at - entry(0).at) for each in record.history] == [4, 2, 1, 0], "once is enough"
    await record.read(again=True)
    assert [round(each.at - entry(0).at) for each in record.history] == [4, 3, 2, 1, 0]
    assert all(clean(each.reason) == each.reason for each in record.history)


async def test_what_became_of_a_job_is_known_both_ways(tmp_path: Path) -> None:
    path = tmp_path / "actions.jsonl"
    ActionRecord(path).add([entry(0, new="n0")])
    record = ActionRecord(path)
    record.add([entry(1, new="n1"), entry(2, new="other", ids=("b",)), entry(3, new="fresh", ids=())])
    assert record.new_jobs_of("a") == ("n1",)
    assert record.old_job_of("n0") is None
    await record.read()
    assert record.new_jobs_of("a") == ("n1", "n0")
    assert record.new_jobs_of("n0") == ()
    assert (record.old_job_of("n0"), record.old_job_of("n1"), record.old_job_of("fresh")) == ("a", "a", None)


async def test_without_a_file_there_is_memory_alone() -> None:
    record = ActionRecord(None)
    record.add([entry(0, new="n")])
    await record.read(again=True)
    assert [each.new_job_id for each in record.history] == ["n"]
    assert record.new_jobs_of("a") == ("n",)


def test_what_looks_secret_in_a_reason_is_not_written() -> None:
    told = replace(entry(1), reason="DB_PASSWORD=hunter2-and-more was wrong", error="token=abcdef1234567890")
    assert "hunter2" not in told.as_line()
    assert "abcdef1234567890" not in told.as_line()
    assert "was wrong" in told.as_line()
