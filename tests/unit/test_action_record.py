"""The record of actions: private, bounded, whole lines, and never in the way."""

import errno
import json
import multiprocessing
import os
from pathlib import Path

import pytest

from batchtui.actions.record import REMEMBERED, ActionEntry, ActionRecord, Actor, default_record_file

ACTOR = Actor(account="123456789012", arn="arn:aws:sts::123456789012:assumed-role/me", region="eu-west-1")


def entry(number: int = 0, reason: str = "enough") -> ActionEntry:
    return ActionEntry(1_780_000_000.5 + number, ACTOR, "TerminateJob", 3, ("a", "b", "c"), reason, "accepted")


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_entry_says_who_did_what_to_which_and_why(tmp_path: Path) -> None:
    path = tmp_path / "state" / "actions.jsonl"
    record = ActionRecord(path)
    record.add([entry()])
    record.add([ActionEntry(0, Actor(), "SubmitJob", 1, ("old",), "", "accepted", new_job_id="new")])
    first, second = lines_of(path)
    assert first == {
        "time": "2026-05-28T20:26:40.500Z",
        "account": "123456789012",
        "arn": "arn:aws:sts::123456789012:assumed-role/me",
        "region": "eu-west-1",
        "action": "TerminateJob",
        "count": 3,
        "jobs": ["a", "b", "c"],
        "reason": "enough",
        "outcome": "accepted",
    }
    assert second["new_job"] == "new"
    assert [each.action for each in record.entries] == ["TerminateJob", "SubmitJob"]


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state" / "actions.jsonl"
    ActionRecord(path).add([entry()])
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.chmod(0o644)
    ActionRecord(path).add([entry()])
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_is_rotated_and_one_old_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "actions.jsonl"
    record = ActionRecord(path, largest=1000)
    for number in range(50):
        record.add([entry(number)])
        assert path.stat().st_size <= 1000
    assert {each.name for each in tmp_path.iterdir()} == {"actions.jsonl", "actions.jsonl.1"}
    assert all(each.stat().st_mode & 0o777 == 0o600 for each in tmp_path.iterdir())
    kept = lines_of(tmp_path / "actions.jsonl.1") + lines_of(path)
    times = [str(line["time"]) for line in kept]
    assert times == sorted(times)
    assert len(set(times)) == len(times)
    assert times[-1] == "2026-05-28T20:27:29.500Z"


def test_memory_is_bounded() -> None:
    record = ActionRecord(None)
    record.add(entry(number) for number in range(REMEMBERED + 5))
    assert len(record.entries) == REMEMBERED
    assert record.entries[0].at == entry(5).at


@pytest.mark.parametrize("kind", ["a file for a directory", "a directory for a file", "a link", "a pipe"])
def test_where_it_cannot_be_written_memory_goes_on_and_one_is_told_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "actions.jsonl"
    if kind == "a file for a directory":
        path.write_text("")
        path = path / "actions.jsonl"
    elif kind == "a directory for a file":
        path.mkdir()
    elif kind == "a link":
        (tmp_path / "precious").write_text("precious")
        path.symlink_to(tmp_path / "precious")
    else:
        os.mkfifo(path)
    told: list[str] = []
    record = ActionRecord(path, on_trouble=told.append)
    record.add([entry()])
    record.add([entry()])
    assert len(record.entries) == 2
    assert len(told) == 1
    assert str(path) in told[0]
    if kind == "a link":
        assert (tmp_path / "precious").read_text() == "precious"


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "actions.jsonl"
    told: list[str] = []
    record = ActionRecord(path, on_trouble=told.append)
    record.add([entry()])
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:10]))
        record.add([entry(1)])
    record.add([entry(2)])
    assert len(lines_of(path)) == 2
    assert os.strerror(errno.ENOSPC) in told[0]


def _write_many(path: Path, name: str) -> None:
    record = ActionRecord(path, largest=20_000)
    for number in range(200):
        record.add([entry(number, reason=name)])


def test_several_instances_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "actions.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(path, f"writer {n}")) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    kept = lines_of(path) + lines_of(path.with_name("actions.jsonl.1"))
    assert kept
    assert all(str(line["reason"]).startswith("writer ") for line in kept)


def test_its_place_is_the_platforms_place_for_state(tmp_path: Path) -> None:
    assert default_record_file().is_relative_to(tmp_path)
    assert default_record_file().name == "actions.jsonl"
