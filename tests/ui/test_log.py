"""The log of jobs, as a person reads it: through the app, over HTTP."""

import asyncio
import json
from pathlib import Path
from time import gmtime, strftime
from typing import Any

import pytest

from batchtui.logs.buffer import LogBuffer
from batchtui.settings import Settings
from batchtui.ui.keys import LOG_KEYS, LOG_LINE_KEYS
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.widgets.log_view import LogView
from tests.ui.driver import Driver, running
from tests.ui.kinds import find
from tests.worlds import DemoWorld

PATIENT = Settings(max_calls_per_second=50.0, refresh=3600.0)


def screen(driver: Driver) -> LogScreen:
    assert isinstance(driver.app.screen, LogScreen)
    return driver.app.screen


def view(driver: Driver) -> LogView:
    return screen(driver).query_one(LogView)


def lines(driver: Driver) -> list[str]:
    buffer: LogBuffer = screen(driver).session.buffer
    return [line.text for line in buffer]


def messages(demo: DemoWorld, job_id: str) -> list[str]:
    """The whole log of a job with one container, as boto3 reads it."""
    (job,) = demo.batch.describe_jobs(jobs=[job_id])["jobs"]
    options = job["container"].get("logConfiguration", {}).get("options", {})
    group = options.get("awslogs-group", "/aws/batch/job")
    found: list[str] = []
    token: dict[str, Any] = {}
    while True:
        answer = demo.client("logs").get_log_events(
            logGroupName=group, logStreamName=job["container"]["logStreamName"], startFromHead=True, **token
        )
        if token.get("nextToken") == answer["nextForwardToken"]:
            return found
        found += [event["message"] for event in answer["events"]]
        token = {"nextToken": answer["nextForwardToken"]}


def has_one_log(job: dict[str, Any]) -> bool:
    return bool(job.get("container", {}).get("logStreamName")) and len(job.get("attempts", [])) <= 1


def runs_with_a_log(job: dict[str, Any]) -> bool:
    return has_one_log(job) and job["status"] == "RUNNING"


def ended_with_a_log(job: dict[str, Any]) -> bool:
    return has_one_log(job) and job["status"] == "FAILED"


async def open_log(driver: Driver, *job_ids: str) -> None:
    driver.app.open_log(job_ids, "a job")
    await driver.until(lambda: isinstance(driver.app.screen, LogScreen) and bool(lines(driver)), "lines")


async def test_l_opens_the_log_of_the_newest_failed_job(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("7")
        rows = driver.table("jobs").rows
        wanted = next(index for index, job in enumerate(rows) if job.exit_code)
        await driver.press(*["down"] * wanted, "l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen) and bool(lines(driver)), "lines")
        await driver.until_text(rows[wanted].job_name, lines(driver)[-1][:40], "at the end")


async def test_the_whole_log_is_there_and_in_order(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = find(demo, driver, ended_with_a_log)
        await open_log(driver, job_id)
        await driver.press("H")
        await driver.until(lambda: not screen(driver).session.has_older, "the beginning")
        expected = messages(demo, job_id)
        assert len(lines(driver)) == len(expected)
        assert lines(driver)[-1] in expected[-1]
        await driver.press("g")
        await driver.until_text("line 1 of")
        assert view(driver).window()[0] == (screen(driver).session.buffer.first, 0)


async def test_new_lines_come_by_themselves_and_scrolling_up_stops_following(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, runs_with_a_log))
        count = len(lines(driver))
        demo.advance(30)
        await driver.press("ctrl+r")
        await driver.until(lambda: len(lines(driver)) > count, "more lines")
        await driver.until_text(lines(driver)[-1][:30])
        await driver.press("up", "up", "up")
        assert not view(driver).is_following
        before = driver.text.splitlines()[3:20]
        count = len(lines(driver))
        demo.advance(30)
        await driver.press("ctrl+r")
        await driver.until(lambda: len(lines(driver)) > count, "more lines")
        await driver.until(lambda: f"of {len(lines(driver)):,}" in driver.text, "the count")
        assert driver.text.splitlines()[3:20] == before, "what one reads stays"
        await driver.press("f")
        await driver.until_text("following", lines(driver)[-1][:30])


async def test_a_job_that_has_not_started_is_waited_for(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = demo.submit("waiting-for-its-log")
        driver.app.open_log((job_id,), "waiting-for-its-log")
        await driver.until_text("not started yet", "It begins by itself")
        for _ in range(40):
            demo.advance(30)
            await driver.press("ctrl+r")
            if lines(driver):
                break
        await driver.until(lambda: bool(lines(driver)), "lines, without another key")
        assert "It begins by itself" not in driver.text


async def test_a_log_that_goes_elsewhere_says_where(demo: DemoWorld) -> None:
    def goes_elsewhere(job: dict[str, Any]) -> bool:
        driver_name = job.get("container", {}).get("logConfiguration", {}).get("logDriver", "awslogs")
        return bool(driver_name != "awslogs")

    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = find(demo, driver, goes_elsewhere)
        driver.app.open_log((job_id,), "elsewhere")
        await driver.until_text("not readable here")


async def test_what_is_denied_or_fails_is_said_and_ends_by_itself(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = find(demo, driver, ended_with_a_log)
        demo.fault("GetLogEvents", status=400, code="AccessDeniedException", message="not you")
        driver.app.open_log((job_id,), "denied")
        await driver.until_text("no permission on log group /aws/batch/job")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: bool(lines(driver)), "lines")
        assert "no permission" not in driver.text


async def test_attempts_and_containers_by_brackets_and_all_together(demo: DemoWorld) -> None:
    def has_several(job: dict[str, Any]) -> bool:
        ran = [each for each in job.get("attempts", []) if each.get("container", {}).get("logStreamName")]
        return len(ran) > 1

    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, has_several))
        await driver.until_text("attempt 1", "attempt 2")
        session = screen(driver).session
        latest = session.selected
        await driver.press("left_square_bracket")
        assert session.selected == (latest[0] - 1,)
        await driver.until(lambda: bool(lines(driver)), "lines of the attempt before")
        assert "▐" in driver.text
        await driver.press("right_square_bracket")
        assert session.selected == latest
        await driver.press("a")
        assert session.selected == tuple(range(len(session.sources)))
        await driver.until(lambda: len({line.source for line in session.buffer}) > 1, "lines of both")
        times = [line.timestamp for line in session.buffer]
        assert times == sorted(times)


async def test_children_of_an_array_and_marked_jobs_are_merged_with_their_labels(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        parent = find(demo, driver, lambda job: job.get("arrayProperties", {}).get("size"))
        await open_log(driver, parent)
        assert len(screen(driver).session.selected) > 1
        await driver.until_text(screen(driver).session.sources[0].label)
        await driver.press("escape")
        await driver.press("7")
        with_logs = [index for index, job in enumerate(driver.table("jobs").rows) if job.exit_code][:2]
        names = [driver.table("jobs").rows[index].job_name for index in with_logs]
        here = 0
        for index in with_logs:
            await driver.press(*["down"] * (index - here), "space")
            here = index + 1
        await driver.press("l")
        await driver.until_text("2 marked jobs", *(name[:12] for name in names))
        await driver.until(lambda: bool(lines(driver)), "lines")
        await driver.press("d")
        assert isinstance(driver.app.screen, LogScreen), "details of which one?"
        assert "log of several jobs" in driver.text


@pytest.mark.slow
async def test_search_goes_through_what_it_finds_and_shows_only_that(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        word = max(lines(driver)[len(lines(driver)) // 2].split(), key=len).lower()
        having = [line for line in lines(driver) if word in line.lower()]
        await driver.press("slash", *word)
        await driver.until_text(f"{len(having)} found")
        await driver.press("enter")
        assert view(driver).has_focus
        buffer = screen(driver).session.buffer
        seen = set()
        for _ in having:
            await driver.press("n")
            assert word in buffer[view(driver).cursor].text.lower()
            seen.add(view(driver).cursor)
            assert f" of {len(having):,}" in driver.text.splitlines()[-2]
        assert len(seen) == len(having), "n goes through all of them"
        last = view(driver).cursor
        await driver.press("N", "n")
        assert view(driver).cursor == last
        await driver.press("ampersand")
        shown = {number for number, _ in view(driver).window()}
        assert shown
        assert all(word in buffer[number].text.lower() for number in shown)
        assert "matches only" in driver.text
        await driver.press("escape")
        assert "matches only" not in driver.text
        await driver.press("escape")
        assert not isinstance(driver.app.screen, LogScreen)


async def test_a_wrong_expression_is_explained(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        await driver.press("slash", "slash", "left_parenthesis", "slash")
        await driver.until_text("regular expression: missing )")


async def test_timestamps_wrap_json_and_colours_change_the_look(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(60, 20)) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        for form in ("local", "utc", "elapsed", "ago"):
            await driver.press("t")
            await driver.until_text(f"times {form}")
        await driver.press("t")
        assert "times" not in driver.text.splitlines()[0]
        await driver.press("w")
        await driver.until_text("cut")
        await driver.press("right")
        await driver.until_text("from column")
        await driver.press("w", "J")
        await driver.until_text("JSON one line")
        await driver.press("J")
        await driver.until_text("JSON indented")
        await driver.press("J", "A")
        await driver.until_text("own colours")


async def test_what_looks_secret_is_hidden_in_lines_copies_and_files_until_v(
    demo: DemoWorld, tmp_path: Path
) -> None:
    texts = ["login with password=hunter2 now", '{"msg": "hello", "token": "hunter2", "n": 1}', "nothing to hide"]
    page = {
        "events": [
            {"timestamp": at, "ingestionTime": at, "message": text} for at, text in enumerate(texts, 10**12)
        ],
        "nextForwardToken": "f/1",
        "nextBackwardToken": "b/1",
    }
    demo.fault("GetLogEvents", status=200, body=json.dumps(page), content_type="application/x-amz-json-1.1")

    async def saved(driver: Driver, name: str) -> str:
        file = tmp_path / name
        screen(driver)._work.save(str(file))
        await driver.until_text("Saved ")
        await driver.until(file.exists, "the file is there")
        return file.read_text()

    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        await driver.until_text("nothing to hide")
        assert "login with password=••••••• now" in driver.text
        for _ in range(3):
            assert "hunter2" not in driver.text
            await driver.press("J")
        await driver.press("c")
        assert "password=•••••• now" in driver.app.clipboard
        assert "hunter2" not in driver.app.clipboard
        written = await saved(driver, "masked.log")
        assert "nothing to hide" in written
        assert "hunter2" not in written
        await driver.until_text("of them without what looks secret")
        await driver.press("v")
        await driver.until_text("login with password=hunter2 now")
        await driver.press("c")
        assert set(driver.app.clipboard.splitlines()) == set(texts)
        written = await saved(driver, "whole.log")
        assert all(text in written for text in texts)
        await driver.press("v")
        await driver.until_text("login with password=••••••• now")


@pytest.mark.slow
async def test_copy_takes_the_marks_else_the_cursor_else_what_is_in_sight(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        await driver.press("c")
        assert driver.app.clipboard.endswith(lines(driver)[-1])
        await driver.press("up", "up", "c")
        assert driver.app.clipboard == lines(driver)[-2]
        await driver.press("m", "up", "up", "m", "c")
        assert driver.app.clipboard == f"{lines(driver)[-4]}\n{lines(driver)[-2]}"
        await driver.until_text("2 marked")
        await driver.press("apostrophe")
        assert view(driver).cursor == screen(driver).session.buffer.end - 2


def saved_files(directory: Path) -> list[tuple[int, int]]:
    """Mode and lines of every file."""
    return [(path.stat().st_mode & 0o777, len(path.read_text().splitlines())) for path in directory.glob("*log*")]


async def test_saving_writes_the_whole_stream_to_a_file_of_ones_own(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = find(demo, driver, ended_with_a_log)
        await open_log(driver, job_id)
        await driver.press("s")
        await driver.until_text("Save to", ".log")
        await driver.press("enter")
        await driver.until_text("Saved")
        await driver.press("s", "home", *"nowhere", "slash", "enter")
        await driver.until_text("Not saved")
        await driver.press("s", "escape")
        assert "Save to" not in driver.text
        assert saved_files(tmp_path) == [(0o600, len(messages(demo, job_id)))]


async def test_going_to_a_time(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        buffer = screen(driver).session.buffer
        line = buffer[(buffer.first + buffer.end) // 2]
        seconds = line.timestamp // 1000
        await driver.press("T", *strftime("%Y-%m-%d %H:%M:%S", gmtime(seconds)), "enter")
        await driver.until(lambda: not view(driver).is_following, "there")
        assert buffer[view(driver).cursor].timestamp >= seconds * 1000
        assert buffer[view(driver).cursor - 1].timestamp < seconds * 1000
        await driver.press("T", *"soon", "enter")
        await driver.until_text("'soon' is no time")


async def test_details_and_log_are_one_key_apart_and_the_place_is_kept(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = find(demo, driver, ended_with_a_log)
        await open_log(driver, job_id)
        await driver.press("up", "up", "up")
        place = view(driver).cursor
        await driver.press("d")
        await driver.until_text("▐Overview▌", job_id)
        await driver.press("right", "l")
        assert view(driver).cursor == place
        await driver.press("d")
        await driver.until_text("Overview", job_id)
        await driver.press("escape")
        await driver.press("escape")
        assert driver.app.screen is driver.main
        driver.app.open_detail("job", job_id, "again")
        await driver.until_text("▐Overview▌", job_id)
        await driver.press("right", "l")
        assert view(driver).cursor == place, "also after it was left"
        await driver.press("d")
        await driver.until_text("▐Attempts▌")


async def test_a_log_that_nobody_sees_asks_for_nothing(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, runs_with_a_log))
        session = screen(driver).session
        asked = []
        demo.faults.append(lambda operation: asked.append(operation))
        await driver.press("escape")
        session.wake()
        for _ in range(5):
            await driver.pilot.pause()
        assert "GetLogEvents" not in asked


async def test_every_key_of_the_log_stands_in_its_help(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 80)) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        await driver.press("question_mark")
        for key in (*LOG_KEYS, *LOG_LINE_KEYS):
            assert key.help in driver.text


async def test_l_on_a_queue_says_where_logs_are(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("l")
        assert "Logs are of jobs" in driver.text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["~nobody-of-that-name/x", "x" * 300, "/nowhere/x.log"])
async def test_a_file_that_cannot_be_written_is_a_sentence_not_a_crash(demo: DemoWorld, name: str) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        screen(driver)._work.save(name)
        await driver.until_text("Not saved")
        await driver.press("up")
        assert not view(driver).is_following, "it still answers"


async def test_a_file_that_is_there_is_not_overwritten(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    precious(tmp_path)
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        await driver.press("s", "ctrl+u", *"notes", "enter")
        await driver.until_text("exists; give another name")
        assert precious(tmp_path) == "precious"


def precious(directory: Path) -> str:
    """The content of a file that somebody needs."""
    file = directory / "notes"
    if not file.exists():
        file.write_text("precious")
    return file.read_text()


async def test_a_save_that_runs_is_not_ended_by_another_key(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = find(demo, driver, ended_with_a_log)
        await open_log(driver, job_id)
        gate = asyncio.Event()
        save = screen(driver).session.save

        async def slow(*args: Any, **options: Any) -> int:
            await gate.wait()
            return await save(*args, **options)

        monkeypatch.setattr(screen(driver).session, "save", slow)
        await driver.press("s", "enter")
        await driver.until_text("saving to")
        await driver.press("T", *"10h", "enter")
        await driver.until_text("Something else is under way")
        gate.set()
        await driver.until_text("Saved")
        assert saved_files(tmp_path) == [(0o600, len(messages(demo, job_id)))]


async def test_errors_of_logs_stand_in_the_list_of_errors(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        demo.fault("GetLogEvents", status=400, code="AccessDeniedException", message="not you, whoever you are")
        driver.app.open_log((find(demo, driver, ended_with_a_log),), "denied")
        await driver.until_text("no permission on log group", "✕")
        await driver.press("exclamation_mark")
        await driver.until_text("GetLogEvents", "not you, whoever you are")


async def test_a_pause_pauses_logs_too(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, runs_with_a_log))
        await driver.press("p")
        await driver.until_text("‖ paused")
        count = len(lines(driver))
        asked: list[str] = []
        demo.faults.append(lambda operation: asked.append(operation))
        demo.advance(60)
        screen(driver).session.wake()
        for _ in range(5):
            await driver.pilot.pause()
        assert asked == []
        assert len(lines(driver)) == count
        await driver.press("p")
        await driver.until(lambda: len(lines(driver)) > count, "more lines")
        assert "paused" not in driver.text


async def test_from_all_sources_one_goes_to_the_first_or_the_last(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, lambda job: job.get("arrayProperties", {}).get("size")))
        session = screen(driver).session
        await driver.press("a", "right_square_bracket")
        assert session.selected == (0,)
        await driver.press("a", "left_square_bracket")
        assert session.selected == (len(session.sources) - 1,)


async def test_only_the_latest_log_that_was_left_keeps_its_lines(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_log(driver, find(demo, driver, ended_with_a_log))
        first = screen(driver)
        assert len(first.session.buffer) > 0
        await driver.press("escape")
        assert len(first.session.buffer) > 0
        await open_log(driver, find(demo, driver, runs_with_a_log))
        assert len(first.session.buffer) == 0
