"""A job full of secrets: none is seen anywhere until it is asked for, and none gets into a file."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui import log_file
from batchtui.cli import account_of
from batchtui.demo.faults import Fault
from batchtui.format import text_of
from batchtui.log_file import LogTrouble, open_log_file
from batchtui.model.job_definition import JobDefinition
from batchtui.once import look_once
from batchtui.settings import Settings
from batchtui.ui.panes.definitions import image_cell
from batchtui.ui.screens.detail import DetailScreen
from tests.ui.driver import Driver, running
from tests.ui.kinds import TABS, open_job
from tests.worlds import DemoWorld

HIDDEN = "hunter2"
TOKEN = "IQoJb3JpZ2luX2VjE" + "Ab1" * 40


def submit(demo: DemoWorld) -> str:
    """A job with the same secret in every member that a person can fill, and in the reason why it ended."""
    answer = demo.batch.submit_job(
        jobName="full-of-secrets",
        jobQueue=demo.queue,
        jobDefinition=demo.definition,
        parameters={"apiToken": HIDDEN, "options": f"--password={HIDDEN}", "sample": "seen-parameter"},
        tags={"db-password": HIDDEN, "url": f"https://u:{HIDDEN}@h/", "team": "seen-tag"},
        containerOverrides={
            "command": ["run", "--password", HIDDEN, f"--token={HIDDEN}", "-c", f"mysql -p{HIDDEN} seen-word"],
            "environment": [
                {"name": "DB_PASSWORD", "value": HIDDEN},
                {"name": "DATABASE_URL", "value": f"postgres://u:{HIDDEN}@db/x"},
                {"name": "CONFIG", "value": f'{{"password": "{HIDDEN}"}}'},
                {"name": "REFERENCE", "value": "seen-variable"},
            ],
        },
    )
    job_id = str(answer["jobId"])
    demo.batch.terminate_job(jobId=job_id, reason=f"seen-reason, for TOKEN={HIDDEN} was wrong")
    demo.advance(120)
    return job_id


def in_reasons(text: str) -> str:
    """An answer whose queues and environments are broken, and whose jobs wait, for reasons with a secret."""
    answer = json.loads(text)
    for each in (*answer.get("jobQueues", ()), *answer.get("computeEnvironments", ())):
        each.update(status="INVALID", statusReason=f"seen-broken, for TOKEN={HIDDEN}")
    for each in (*answer.get("jobSummaryList", ()), *answer.get("jobs", ())):
        if each["status"] == "RUNNABLE":
            each["statusReason"] = f"UNDETERMINED - seen-stuck, TOKEN={HIDDEN}"
    return json.dumps(answer)


def break_all(demo: DemoWorld) -> None:
    broken = ("DescribeJobQueues", "DescribeComputeEnvironments", "ListJobs", "DescribeJobs")
    demo.faults.append(lambda operation: Fault(rewrite=in_reasons) if operation in broken else None)


def assert_hidden(driver: Driver, what: str) -> None:
    assert HIDDEN not in driver.text, what
    assert HIDDEN not in driver.app.export_screenshot(), what


async def assert_copies_are_hidden(driver: Driver, *keys: str) -> None:
    for key in keys:
        await driver.press(key)
        assert driver.app.clipboard
        assert HIDDEN not in driver.app.clipboard, key


async def test_no_view_shows_them_until_they_are_asked_for(demo: DemoWorld) -> None:
    job_id = submit(demo)
    async with running(demo, size=(200, 60), settings=Settings(max_calls_per_second=50.0)) as driver:
        await driver.until_live()
        await driver.until_text("full-of-secrets", "seen-reason")
        assert_hidden(driver, "the list")
        await open_job(driver, job_id)
        screen = driver.app.screen
        assert isinstance(screen, DetailScreen)
        seen = ""
        for tab in TABS:
            screen.show_tab(tab)
            await driver.press("down")
            seen += driver.text
            assert_hidden(driver, tab)
            await assert_copies_are_hidden(driver, "Y")
        for word in ("seen-parameter", "seen-tag", "seen-word", "seen-variable", "seen-reason", "DB_PASSWORD"):
            assert word in seen
        screen.show_tab("Container")
        await driver.press("v")
        await driver.until_text(f"postgres://u:{HIDDEN}@db/x", "Values that look secret are shown.")
        await driver.press("v")
        await driver.until_text("They are masked again.")
        assert_hidden(driver, "again")
        await driver.press("v", "escape")
        await open_job(driver, job_id)
        driver.app.screen.query_one("TabLine")
        await driver.press("right", "right")
        assert_hidden(driver, "a reveal ends with the screen")
        await driver.press("w")
        await driver.until_text("Somebody terminated it.", "Read on")
        assert_hidden(driver, "why")
        await assert_copies_are_hidden(driver, "c")
        await driver.press("l")
        await driver.until_text("ever started: seen-reason")
        assert_hidden(driver, "why there is no log")
        await driver.press("escape", "escape", "r")
        await driver.until_text("Submit 1 job", "once more")
        assert_hidden(driver, "the dialog")
        await driver.press("escape")
        await driver.press("e")
        await driver.until_text("SubmitJob for")
        assert_hidden(driver, "the text")
        await driver.press("escape")


def test_an_image_with_a_password_is_listed_without_it() -> None:
    image = f"https://u:{HIDDEN}@registry/align:3"
    definition = JobDefinition.from_api({"jobDefinitionName": "align", "containerProperties": {"image": image}})
    assert HIDDEN not in text_of(image_cell(definition, 80, 0.0))
    assert "align:3" in text_of(image_cell(definition, 80, 0.0))


@pytest.mark.parametrize("as_json", [False, True])
async def test_one_look_prints_none(demo: DemoWorld, as_json: bool) -> None:
    submit(demo)
    break_all(demo)
    settings = Settings(max_calls_per_second=50.0, endpoint_url=demo.url, queues=(demo.queue,))
    out = io.StringIO()
    assert await look_once(settings, account_of(settings), as_json=as_json, out=out) == 0
    text = out.getvalue()
    assert "seen-reason" in text
    assert "seen-broken" in text
    assert HIDDEN not in text


async def test_why_queues_and_environments_are_broken_is_told_without_them(demo: DemoWorld) -> None:
    break_all(demo)
    async with running(demo, size=(260, 60), settings=Settings(max_calls_per_second=50.0)) as driver:
        await driver.until_live()
        for table, words in (("queues", ("seen-broken", "seen-stuck")), ("environments", ("seen-broken",))):
            driver.main.set_focus(driver.table(table))
            await driver.press("z")
            await driver.until_text(*words)
            assert_hidden(driver, table)
            await driver.press("z")
        driver.app.open_place("queues")
        await driver.until_text("seen-broken")
        assert_hidden(driver, "all queues")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The log of a session at DEBUG, with the AWS libraries as talkative as they can be."""
    logger, before = logging.getLogger("batchtui"), logging.getLogger("batchtui").handlers
    monkeypatch.setattr(log_file, "trouble", LogTrouble())
    logger.handlers = []
    talkative = [logging.getLogger(name) for name in ("botocore", "aiobotocore", "aiohttp", "asyncio")]
    levels = [each.level for each in talkative]
    for each in talkative:
        each.setLevel(logging.DEBUG)
    yield open_log_file(Settings(log_file=tmp_path / "a.log", log_level="DEBUG")) or tmp_path
    for each, level in zip(talkative, levels, strict=True):
        each.setLevel(level)
    for handler in logger.handlers:
        handler.close()
    logger.handlers = before
    logger.setLevel(logging.NOTSET)


async def test_no_file_holds_credentials_or_signatures(
    demo: DemoWorld, log: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Batch, CloudWatch Logs, STS, ECS and EC2 are called, and one call of each kind of error is made."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    assert demo.server is not None
    calls = demo.server.calls
    async with running(demo, size=(140, 40), settings=Settings(max_calls_per_second=50.0)) as driver:
        await driver.until_live()
        jobs = [job for job in driver.app.all_jobs() if job.status == "RUNNING" and job.job_queue == "align-high"]
        await open_job(driver, jobs[0].job_id)
        screen = driver.app.screen
        assert isinstance(screen, DetailScreen)
        screen.show_tab("Host")
        await driver.until(lambda: calls["DescribeInstances"] > 0, "ECS and EC2")
        await driver.press("x")
        await driver.until(lambda: calls["GetCallerIdentity"] > 0, "STS")
        await driver.press("escape")
        await driver.press("l")
        await driver.until(lambda: calls["GetLogEvents"] > 0, "logs")
        message = f"The request with TOKEN={HIDDEN} and Authorization: AWS4 {demo.secret_access_key} is refused"
        demo.fault(status=400, code="ClientException", message=message)
        await driver.press("escape", "escape")
        await driver.press("ctrl+r")
        await driver.until(lambda: "is refused" in log.read_text(), "something is logged")
        assert HIDDEN not in driver.text
        await driver.press("exclamation_mark")
        await driver.until_text("is refused")
        assert HIDDEN not in driver.text
    services = {"ListJobs", "GetLogEvents", "GetCallerIdentity", "DescribeTasks", "DescribeInstances"}
    assert services <= set(demo.server.calls)
    written = "".join(path.read_text(errors="replace") for path in log.parent.rglob("*") if path.is_file())
    written += "".join(capfd.readouterr())
    assert "is refused" in written
    for secret in (
        demo.secret_access_key,
        TOKEN,
        HIDDEN,
        "Signature=",
        "X-Amz-Security-Token",
        "AWS4-HMAC-SHA256",
    ):
        assert secret not in written, secret
