"""The main screen against the demo account: panes, keys, relations, and what it says when things go wrong."""

import json
import re

import pytest

from batchtui.model.job import JOB_STATUSES, JobSummary
from batchtui.settings import Settings
from batchtui.sync.snapshot import jobs_of
from batchtui.ui.keys import MAIN_HELP
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver, running
from tests.worlds import DemoWorld, demo_world

PATIENT = Settings(max_calls_per_second=50.0, refresh=3600.0)


async def test_all_queues_come_first_then_the_highest_priority(demo: DemoWorld) -> None:
    async with running(demo) as driver:
        await driver.until_live()
        names = [row.name for row in driver.table("queues").rows]
        priorities = {q["jobQueueName"]: q["priority"] for q in demo.batch.describe_job_queues()["jobQueues"]}
        assert names == ["", *sorted(priorities, key=lambda name: -priorities[name])]
        assert driver.table("queues").cursor_index == 0
        assert driver.table("queues").has_focus


async def test_the_jobs_begin_with_every_status_newest_first(demo: DemoWorld) -> None:
    async with running(demo) as driver:
        await driver.until_live()
        created = [job.created_at for job in driver.table("jobs").rows]
        assert created == sorted(created, reverse=True)
        assert len(created) == sum(len(demo.truth(queue)) for queue in demo.queues())


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((160, 45), True),
        ((120, 35), True),
        ((112, 30), True),
        ((111, 30), True),
        ((80, 24), False),
        ((40, 24), False),
    ],
)
async def test_every_status_has_its_count(demo: DemoWorld, size: tuple[int, int], words: bool) -> None:
    async with running(demo, size=size) as driver:
        await driver.until_live()
        truth = [status for queue in demo.queues() for status in demo.truth(queue).values()]
        abbreviations = dict(zip(JOB_STATUSES, ("SUB", "PEN", "RNB", "STA", "RUN", "SUC", "FAI"), strict=True))
        for status in JOB_STATUSES:
            count = truth.count(status)
            shown = f"{status} {count}" in driver.text
            assert shown or (not words and f"{abbreviations[status]} {count}" in driver.text)


async def test_digits_filter_by_status(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        everything = len(driver.table("jobs").rows)
        for digit, status in enumerate(JOB_STATUSES, 1):
            await driver.press(str(digit))
            assert {job.status for job in driver.table("jobs").rows} <= {status}
        await driver.press("9")
        assert {job.is_active for job in driver.table("jobs").rows} == {True}
        await driver.press("0")
        assert len(driver.table("jobs").rows) == everything
        assert driver.table("jobs").has_focus


async def test_an_empty_status_teaches(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("up", *["down"] * 6)  # archive: disabled, nothing runs there
        await driver.until_text("Jobs · archive")
        await driver.press("5")
        assert "Nothing is RUNNING. There are: " in driver.text


async def test_the_cursor_keys_of_every_list(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0")
        jobs = driver.table("jobs")
        last = len(jobs.rows) - 1
        for keys, index in (
            (("down",), 1),
            (("j", "j"), 3),
            (("k",), 2),
            (("up",), 1),
            (("end",), last),
            (("home",), 0),
            (("G",), last),
            (("g",), 0),
            (("up",), 0),
        ):
            await driver.press(*keys)
            assert jobs.cursor_index == index, keys
            assert driver.row("jobs").job_id in {job.job_id for job in in_sight(driver)}, keys
            assert driver.row("jobs").job_name in driver.text
        await driver.press("pagedown")
        page = jobs.cursor_index
        assert 10 < page < jobs.size.height
        await driver.press("pagedown", "pageup")
        assert jobs.cursor_index == page


def in_sight(driver: Driver) -> list[JobSummary]:
    """The jobs on the lines of the screen."""
    jobs = driver.table("jobs")
    return list(jobs.rows[jobs.scroll_offset.y : jobs.scroll_offset.y + jobs.size.height - 1])


async def test_tab_goes_round_the_panes(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        for key, name in (("tab", "environments"), ("tab", "jobs"), ("tab", "queues"), ("shift+tab", "jobs")):
            await driver.press(key)
            assert driver.table(name).has_focus


async def test_narrow_screens_stack_the_panes_and_every_pane_is_reached(demo: DemoWorld) -> None:
    async with running(demo, size=(80, 24), settings=PATIENT) as driver:
        await driver.until_live()
        assert all(title in driver.text for title in ("Job queues", "Compute environments", "Jobs"))
        assert "align-high" in driver.text
        assert "fargate-spot" not in driver.text
        await driver.press("tab")
        assert driver.table("environments").has_focus
        assert "fargate-spot" in driver.text
        await driver.press("tab")
        assert driver.table("jobs").has_focus
        await driver.press("tab")
        assert driver.table("queues").has_focus
        assert "align-high" in driver.text


async def test_the_pane_with_the_focus_stays_in_sight_when_the_screen_becomes_narrow(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("tab")
        await driver.pilot.resize_terminal(80, 24)
        await driver.until_text("Compute environments · Job queues", "fargate-spot")
        assert driver.table("environments").has_focus
        await driver.pilot.resize_terminal(160, 45)
        await driver.until_text("align-high", "fargate-spot")


@pytest.mark.slow
async def test_zoom_gives_the_screen_to_one_pane_and_esc_takes_it_back(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("z")
        assert "Compute environments" not in driver.text
        assert "ENABLED VALID" in driver.text, "there is room for more columns"
        await driver.press("tab")
        assert "Job queues" not in driver.text
        assert "INSTANCE TYPES" in driver.text
        await driver.press("escape")
        assert "Job queues" in driver.text


async def test_the_relation_of_queues_and_environments_is_marked_both_ways(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("down")
        queue = driver.row("queues")
        assert marked(driver, "environments") == set(queue.detail.compute_environment_order) != set()
        await driver.press("tab", "end")
        environment = driver.row("environments").compute_environment_name
        users = {
            row.name
            for row in driver.table("queues").rows
            if row.detail and environment in row.detail.compute_environment_order
        }
        assert marked(driver, "queues") == users
        assert len(users) > 1
        assert marked(driver, "environments") == set()


def marked(driver: Driver, name: str) -> set[str]:
    """The first words of the lines that bear the bar at the left edge."""
    upper, lower = driver.text.split("Compute environments")
    part, column = {"queues": (upper, r"│▌ *\d+ ([\w-]+)"), "environments": (lower, r"│▌([\w-]+)")}[name]
    return set(re.findall(column, "\n".join(line[:56] for line in part.splitlines())))


async def test_the_cursor_stays_on_its_job_while_new_ones_come(demo: DemoWorld) -> None:
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0)) as driver:
        await driver.until_live()
        await driver.press("0", "down", "down", "down")
        jobs = driver.table("jobs")
        job, total = driver.row("jobs").job_id, len(jobs.rows)
        line = jobs.cursor_index - jobs.scroll_offset.y
        for number in range(3):
            demo.submit(f"newcomer-{number}")
        demo.advance(30)
        await driver.press("ctrl+r")
        await driver.until(lambda: len(jobs.rows) >= total + 3, "the newcomers are there")
        assert driver.row("jobs").job_id == job
        assert jobs.cursor_index - jobs.scroll_offset.y == line, "nothing jumps"


async def test_an_untouched_list_stays_at_the_top(demo: DemoWorld) -> None:
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0)) as driver:
        await driver.until_live()
        demo.advance(1)
        demo.submit("newcomer")
        await driver.press("ctrl+r")
        await driver.until_text("newcomer")
        assert driver.row("jobs").job_name == "newcomer"


async def test_pause_stops_the_calls_and_resume_goes_on(demo: DemoWorld) -> None:
    assert demo.server is not None
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0)) as driver:
        await driver.until_live()
        await driver.press("p")
        await driver.until_text("paused")
        await driver.until(lambda: not driver.app.account.poller._account.budget._turn.locked(), "calls are done")  # type: ignore[union-attr]
        calls = demo.server.calls.total()
        demo.submit("while-paused")
        for _ in range(30):
            await driver.pilot.pause()
        assert demo.server.calls.total() <= calls + 2, "the submit, and what was under way"
        assert "while-paused" not in driver.text
        await driver.press("p")
        await driver.until_text("● live", "while-paused")


async def test_help_names_every_key(demo: DemoWorld) -> None:
    async with running(demo, size=(120, 90), settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("question_mark")
        for _, keys in MAIN_HELP:
            for key in keys:
                assert key.help in driver.text
                assert key.display in driver.text
        await driver.press("slash", *"unmark", "enter")
        assert "Unmark all" in driver.text
        await driver.press("escape", "escape")
        assert "Unmark all" not in driver.text


async def test_ages_tick_without_a_call(demo: DemoWorld) -> None:
    assert demo.server is not None
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0")
        calls, before = demo.server.calls.total(), driver.text
        demo.clock.advance(3600)
        driver.main.tick()
        await driver.pilot.pause()
        assert driver.text != before
        assert demo.server.calls.total() == calls


async def test_read_only_and_the_rate_stand_in_the_status_bar(demo: DemoWorld) -> None:
    async with running(demo, settings=Settings(max_calls_per_second=50.0, read_only=True)) as driver:
        await driver.until_live()
        assert "read-only" in driver.text
        assert re.search(r"\d+ calls/min", driver.text)
        assert "us-east-1 · 123456789012" in driver.text


async def test_only_the_queues_that_were_asked_for(demo: DemoWorld) -> None:
    settings = Settings(max_calls_per_second=50.0, queues=("align-low", "archive"))
    async with running(demo, settings=settings) as driver:
        await driver.until_live()
        assert [row.name for row in driver.table("queues").rows] == ["", "align-low", "archive"]
        assert {job.job_queue for job in driver.table("jobs").rows} <= {"align-low", "archive"}


async def test_a_queue_that_does_not_exist_ends_the_program(demo: DemoWorld) -> None:
    async with running(demo, settings=Settings(queues=("nope",))) as driver:
        await driver.until(lambda: driver.app.failure is not None, "a sentence")
        assert driver.app.failure == "There is no job queue 'nope' in this account and region."
        assert driver.app.return_code == 2


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"status": 429, "code": "TooManyRequestsException", "message": "slow down"}, "throttled"),
        ({"status": 403, "code": "ExpiredTokenException", "message": "expired"}, "credentials expired"),
        ({"status": 403, "code": "AccessDeniedException", "message": "not allowed"}, "access denied"),
        ({"drop": True}, "offline"),
        ({"status": 200, "body": "<html>portal</html>"}, "stale"),
    ],
)
async def test_failures_keep_the_last_good_data_and_end_by_themselves(
    demo: DemoWorld, fault: dict[str, object], word: str
) -> None:
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0)) as driver:
        await driver.until_live()
        jobs = len(driver.table("jobs").rows)
        demo.fault(**fault)
        await driver.press("ctrl+r")
        await driver.until_text(word)
        assert len(driver.table("jobs").rows) == jobs
        lists = [jobs_of(name) for name in driver.snapshot.jobs]
        await driver.until(lambda: driver.snapshot.error_of(*lists) is not None, "ListJobs failed too")
        await driver.press("exclamation_mark")
        await driver.until_text("Errors of this session", "ListJobs")
        await driver.press("escape")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until_text("● live")


async def test_one_denied_operation_darkens_one_pane_only(demo: DemoWorld) -> None:
    demo.fault(
        "DescribeComputeEnvironments", status=403, code="AccessDeniedException", message="User is not authorized"
    )
    async with running(demo) as driver:
        await driver.until_text("access denied", "DescribeComputeEnvironments fails")
        await driver.until(
            lambda: driver.snapshot.progress is None and driver.snapshot.job_queues is not None, "jobs"
        )
        assert len(driver.table("jobs").rows) > 100
        assert "ListJobs" not in driver.text


async def test_names_from_aws_are_never_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=30) as world:
        use_credentials_of(world, monkeypatch)
        queue = {"jobQueueName": "[/bin/sh] \x1b[2J [bold]red[/bold]", "priority": 1}
        body = json.dumps({"jobQueues": [queue]})
        world.fault("DescribeJobQueues", body=body, status=200, content_type="application/json")
        async with running(world) as driver:
            await driver.until_text("[/bin/sh]", "[bold]red")
            await driver.press("down")
            await driver.until_text("Jobs · [/bin/sh]")
            assert "\x1b" not in driver.text


async def test_a_small_budget_stretches_the_interval_and_says_so(demo: DemoWorld) -> None:
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0)) as driver:
        await driver.until_live()
        assert driver.app.account.gateway is not None
        driver.app.account.gateway.budget.max_calls_per_second = driver.app.account.gateway.budget.rate = 0.5
        await driver.press("ctrl+r")
        await driver.until_text("(API budget)")
        assert driver.snapshot.interval > 10


async def test_scrolling_right_after_the_list_grew(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5")
        driver.main.action_status("")
        driver.table("jobs").action_last()
        await driver.pilot.pause()
        assert driver.row("jobs") in in_sight(driver)


async def test_a_tick_draws_only_the_lines_that_changed(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        drawn: list[int] = []
        jobs = driver.table("jobs")
        put = jobs.put
        jobs.put = lambda y, line: (drawn.append(y), put(y, line))[1]  # type: ignore[method-assign, func-returns-value]
        jobs.redraw()
        await driver.pilot.pause()
        assert drawn == [], "nothing changed, nothing is drawn"
        before = driver.text.splitlines()
        demo.clock.advance(1)
        jobs.redraw()
        await driver.pilot.pause()
        changed = [
            y for y, (old, new) in enumerate(zip(before, driver.text.splitlines(), strict=True)) if old != new
        ]
        assert 0 < len(drawn) < jobs.size.height / 2
        assert len(drawn) == len(changed)


async def test_secrets_are_masked_in_the_json(demo: DemoWorld) -> None:
    async with running(demo, size=(160, 200), settings=PATIENT) as driver:
        await driver.until_live()
        secret = next(
            index
            for index, job in enumerate(driver.table("jobs").rows)
            if "DB_PASSWORD" in json.dumps(demo.batch.describe_jobs(jobs=[job.job_id])["jobs"])
        )
        await driver.press("0", *["down"] * secret, "y")
        await driver.until_text("DB_PASSWORD")
        assert "hunter2" not in driver.text
        assert "••••••" in driver.text


async def test_the_list_stays_true_while_jobs_cannot_be_described(demo: DemoWorld) -> None:
    settings = Settings(max_calls_per_second=50.0, refresh=1.0)
    async with running(demo, settings=settings) as driver:
        await driver.until_live()
        demo.fault("DescribeJobs", status=403, code="AccessDeniedException", message="not you")
        await driver.until_text("access denied", "DescribeJobs fails")
        demo.advance(240)
        truth = {job_id: status for queue in demo.queues() for job_id, status in demo.truth(queue).items()}

        def wrong() -> list[str]:
            known = {job.job_id: job.status for job in driver.app.all_jobs()}
            return [job_id for job_id, status in truth.items() if known.get(job_id) != status]

        active = {"SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"}
        await driver.until(
            lambda: not any(truth[job_id] in active for job_id in wrong()), "the active jobs are right"
        )


async def test_what_was_hidden_comes_back_as_it_is_now(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("z", "down", "down", "z")
        await driver.pilot.pause()
        queue = driver.row("queues").name
        succeeded = list(demo.truth(queue).values()).count("SUCCEEDED")
        assert f"Jobs · {queue}" in driver.text
        assert f"6 SUCCEEDED {succeeded} " in driver.text


async def test_a_denied_operation_says_what_to_do_before_the_rest(demo: DemoWorld) -> None:
    detail = "User: arn:aws:sts::123456789012:assumed-role/" + "x" * 200 + " is not authorized"
    demo.fault("DescribeComputeEnvironments", status=403, code="AccessDeniedException", message=detail)
    async with running(demo, size=(120, 35)) as driver:
        await driver.until_text("DescribeComputeEnvironments fails", "Ask for the permission", "(! tells all)")


async def test_narrow_screens_show_the_relation_and_the_interval(demo: DemoWorld) -> None:
    impatient = Settings(max_calls_per_second=50.0, refresh=1.0)
    async with running(demo, size=(80, 24), settings=impatient) as driver:
        await driver.until_live()
        assert "▌" not in driver.text, "nobody has chosen an environment yet"
        await driver.press("down", "tab")
        related = driver.table("environments")._related
        assert set(related) == set(driver.row("queues").detail.compute_environment_order)
        assert driver.app.account.gateway is not None
        driver.app.account.gateway.budget.max_calls_per_second = driver.app.account.gateway.budget.rate = 0.5
        await driver.press("ctrl+r")
        await driver.until(lambda: "every " in driver.text.splitlines()[0], "the interval in the status bar")


async def test_ctrl_r_says_why_it_does_nothing_while_paused(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("p", "ctrl+r")
        await driver.until_text("Polling is paused: p resumes it")


async def test_counts_that_are_not_known_are_not_zero(demo: DemoWorld) -> None:
    demo.fault(status=403, code="UnrecognizedClientException", message="who are you")
    async with running(demo) as driver:
        await driver.until_text("credentials expired or rejected", "RUNNING –", "Nothing was heard of jobs yet.")
        fails = "✕ DescribeJobQueues fails"
        await driver.until(lambda: driver.text.count(fails) == 2, "it is said of queues and of jobs")
        assert "RUNNING 0" not in driver.text
