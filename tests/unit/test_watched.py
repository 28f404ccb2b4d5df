"""What is watched: each end is told once, when AWS has said it, and the command hears of it."""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from batchtui.actions.on_end import AT_ONCE, MOST_WAITING, OnEnd
from batchtui.model.job import JobSummary
from batchtui.query.filter import FilterError
from batchtui.sync.snapshot import QueueJobs
from batchtui.sync.watched import MOST_JOBS, MOST_WATCHES, Event, Watch, Watches, to_ask
from batchtui.ui.notices import BELL, LONGEST, notice
from batchtui.ui.standing import Standing

HERE = ("1", "eu-west-1")


def job(number: int, status: str = "RUNNING", queue: str = "q") -> JobSummary:
    return JobSummary(f"id-{number}", f"job-{number}", queue, status)


def look(*jobs: JobSummary) -> dict[str, QueueJobs]:
    """What a snapshot knows: new objects, as after every change."""
    queues: dict[str, QueueJobs] = {}
    for name in {each.job_queue for each in jobs} | {"q"}:
        held = {each.job_id: each for each in jobs if each.job_queue == name}
        queues[name] = QueueJobs(held, {key: each for key, each in held.items() if each.is_active})
    return queues


def watch(
    *jobs: JobSummary, matches: Callable[[JobSummary], bool] | None = None, queue: str | None = None
) -> Watch:
    made = Watch("these", HERE, 5.0, len(jobs) == 1 and matches is None, matches, queue)
    made.add(jobs)
    return made


def test_the_end_of_one_job_is_told_once_however_late_it_is_seen() -> None:
    mine = watch(job(1))
    assert mine.look(look(job(1)), 6) == []
    (news,) = mine.look(look(job(1, "FAILED"), job(2, "FAILED")), 900)
    assert (news.event, [each.status for each in news.jobs]) == (Event.ENDED, ["FAILED"])
    assert (mine.failed, mine.is_over, mine.ended_at) == (1, True, 900)
    assert mine.look(look(job(1, "FAILED")), 901) == []


def test_of_several_the_first_failure_is_told_and_that_all_have_ended() -> None:
    mine = watch(job(1), job(2), job(3), job(4, queue="other"))
    other = job(4, queue="other")
    assert mine.look(look(job(1, "SUCCEEDED"), job(2), job(3), other), 6) == []
    (first,) = mine.look(look(job(1, "SUCCEEDED"), job(2, "FAILED"), job(3), other), 7)
    assert (first.event, [each.job_id for each in first.jobs], mine.open, mine.total) == (
        Event.FAILED,
        ["id-2"],
        2,
        4,
    )
    ended = [job(1, "SUCCEEDED"), job(2, "FAILED"), job(3, "FAILED")]
    assert mine.look(look(*ended, other), 8) == [], "one failure more is none of the first"
    (last,) = mine.look(look(*ended, replace(other, status="SUCCEEDED")), 9)
    assert last.event is Event.ENDED
    assert [each.job_id for each in last.jobs] == ["id-2", "id-3", "id-1", "id-4"]
    assert (mine.failed, mine.succeeded) == (2, 2)
    at_once = watch(job(1), job(2))
    assert [each.event for each in at_once.look(look(job(1, "FAILED"), job(2, "FAILED")), 6)] == [Event.ENDED]


def test_a_job_that_is_no_longer_listed_has_ended_only_when_aws_says_so() -> None:
    mine = watch(job(1), job(2))
    assert mine.look(look(job(2)), 6) == []
    assert mine.missing == ["id-1"]
    assert mine.told(["id-1"], [], 7) == []
    assert mine.told(["id-1"], [job(1)], 8) == [], "it runs, and is only not listed"
    assert mine.told(["id-1"], [], 9) == []
    assert mine.open == 2
    assert mine.told(["id-1"], [], 10) == [], "twice in a row: forgotten"
    assert (mine.open, mine.forgotten, mine.missing) == (1, 1, [])
    (news,) = mine.look(look(job(2, "SUCCEEDED")), 11)
    assert (news.event, mine.ended) == (Event.ENDED, 2)
    child = watch(JobSummary("p:3", "child", "q", "RUNNING"))
    child.look(look(), 6)
    (news,) = child.told(["p:3", "nobody's"], [JobSummary("p:3", "child", "elsewhere", "FAILED")], 7)
    assert news.jobs[0].status == "FAILED"


def test_every_job_that_no_list_shows_has_its_turn_to_be_asked_for() -> None:
    many = watch(*(job(number, queue="children") for number in range(250)))
    few = watch(*(job(number, queue="children") for number in range(1_000, 1_003)))
    asked: list[str] = []
    for now in range(6, 9):
        for each in (many, few):
            each.look(look(), now)
        turn = to_ask([many, few], 100)
        assert len(turn) == len(set(turn)) == 100
        assert {"id-1000", "id-1001", "id-1002"} <= set(turn)
        for each in (many, few):
            each.told(turn, [job(int(job_id[3:]), queue="children") for job_id in turn], now)
        asked += turn
    assert set(asked) == {f"id-{number}" for number in (*range(250), *range(1_000, 1_003))}
    assert to_ask([watch(job(1))], 100) == ()


def test_a_job_that_changes_before_its_turn_is_tested_as_it_is_then() -> None:
    mine = watch(job(0), matches=lambda each: each.job_name == "wanted")
    crowd = [job(number) for number in range(1_200)]
    mine.look(look(*crowd), 6)
    assert set(mine.waiting["q"]) == {"id-0"}
    changed = replace(crowd[1_100], job_name="wanted")
    for now in range(7, 10):
        mine.look(look(*crowd[:1_100], changed, *crowd[1_101:]), now)
    assert set(mine.waiting["q"]) == {"id-0", "id-1100"}
    here = look(*crowd[:1_100], changed)
    mine.look(here, 10)
    assert mine.missing == []
    mine.add([job(1_150)])
    mine.look(here, 11)
    assert mine.missing == ["id-1150"], "what is added is looked for in a look that is known already, too"


def test_what_matches_later_belongs_to_it_and_is_bounded() -> None:
    mine = watch(job(1), matches=lambda each: each.job_name != "job-3", queue="q")
    jobs = [job(number) for number in range(1, 1_200)]
    mine.look(look(*jobs, job(5_000, queue="other")), 6)
    assert mine.total < 600, "not all at once"
    for _ in range(3):
        mine.look(look(*jobs), 7)
    assert (mine.total, "id-3" in mine.waiting["q"]) == (1_198, False)
    mine.add([job(number) for number in range(MOST_JOBS + 5)])
    assert (mine.total, mine.is_full) == (MOST_JOBS, True)

    def too_long(each: JobSummary) -> bool:
        raise FilterError("takes too long")

    slow = watch(job(1), matches=too_long)
    assert slow.look(look(job(1), job(2)), 6) == []
    assert (slow.total, slow.matches) == (1, None)


def test_so_many_watches_and_no_more() -> None:
    watches = Watches()
    for number in range(MOST_WATCHES):
        assert watches.has_room
        watches.begin(watch(job(number)))
    assert not watches.has_room
    assert watches.ids() == {f"id-{number}" for number in range(MOST_WATCHES)}
    mine = watches.of_one("id-7")
    assert mine is not None
    watches.take_off(mine)
    assert watches.of_one("id-7") is None
    for each in watches.under_way:
        each.look(look(*(job(number, "FAILED") for number in range(MOST_WATCHES))), 9)
    for number in range(100, 120):
        watches.begin(watch(job(number)))
    assert (len(watches.over), len(watches.under_way)) == (MOST_WATCHES - 1, 20)


TWO = ("\x1b]9;batchtui: a, b\x07", "\x1b]777;notify;batchtui;a, b\x07")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, BELL + "".join(TWO)),
        ({"TMUX": "x"}, BELL + "".join(f"\x1bPtmux;\x1b{each}\x1b\\" for each in TWO)),
        ({"STY": "x"}, BELL + "".join(f"\x1bP{each}\x1b\\" for each in TWO)),
    ],
)
def test_a_notification_goes_through_and_leaves_what_stands_on_the_screen_alone(
    environ: dict[str, str], expected: str
) -> None:
    told = notice("a; b", way="all", environ=environ)
    assert told == expected
    standing = Standing()
    standing.difference("\x1b[1;1Habc")
    assert standing.difference(told) == told
    assert standing.difference("\x1b[1;1Habc") == "", "nothing is drawn anew"


def test_nothing_that_aws_tells_steers_the_terminal() -> None:
    hostile = "x\x1b\\\x07\x9c;4;3\n\u202e PASSWORD=hunter2 " + "y" * 900
    for environ in ({}, {"TMUX": "1"}):
        told = notice(hostile, way="osc777", environ=environ)
        inner = told.removeprefix(BELL)
        assert "hunter2" not in told
        assert inner.count("\x07") == 1
        assert inner.count(";") == (3 if not environ else 4)
        assert len(told) < LONGEST + 60
    assert notice("a", way="osc9", environ={}) == "\x07\x1b]9;batchtui: a\x07"
    assert notice("a", way="bell", environ={}) == BELL
    assert notice("a", way="off", environ={}) == ""


async def test_the_command_gets_its_input_and_its_failures_are_told(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    written = tmp_path / "written"
    script = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read()); sys.exit('enough')"
    commands = {
        "good": [sys.executable, "-c", script, str(written)],
        "reads nothing": ["true"],
        "is not there": [str(tmp_path / "missing")],
        "is late": ["sh", "-c", "sleep 60 & wait"],
        "leaves a child": ["sh", "-c", "sleep 60 & echo $! > $0", str(tmp_path / "child")],
    }
    for name, command in commands.items():
        on_end = OnEnd(
            command, lambda kind, said: told.append((kind, said)), seconds=0.3 if name == "is late" else 30
        )
        on_end.start(b'{"jobName": "\xc3\xa4"}\n' * (1 if name == "good" else 200_000))
        await asyncio.gather(*on_end._running)
        await on_end.close()
    assert written.read_bytes() == b'{"jobName": "\xc3\xa4"}\n'  # a few bytes
    os.kill(int((tmp_path / "child").read_text()), 9)  # it may go on: nobody waits for it
    assert [kind for kind, _ in told] == ["exit 1", "not started", "took too long"]
    assert "enough" in told[0][1]
    assert told[1][1] == "missing: No such file or directory"


async def test_only_so_many_commands_run_and_wait(tmp_path: Path) -> None:
    told: list[str] = []
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    on_end = OnEnd(
        ["sh", "-c", "echo x >> $1; read line < $0", str(gate), str(tmp_path / "begun")],
        lambda kind, said: told.append(said),
    )
    for _ in range(AT_ONCE + MOST_WAITING + 2):
        on_end.start(b"")
    assert told == [f"{AT_ONCE} of it run and {MOST_WAITING} wait already"] * 2
    await on_end.close(0.05)
    assert not on_end._running
    on_end.start(b"")
    assert not on_end._running
