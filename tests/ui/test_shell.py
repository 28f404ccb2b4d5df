"""A shell by its key: where there can be none and why, what the dialog names, and how the plugin is called."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batchtui.ui.screens.shell import ShellScreen
from tests.conftest import use_credentials_of
from tests.matrix import slow_after
from tests.plugins import Plugin, install_plugin
from tests.ui.driver import Driver, running
from tests.ui.kinds import KINDS, PATIENT, find, open_job
from tests.worlds import DemoWorld, demo_world

Job = dict[str, Any]
WIDE = (140, 45)


def has_exec(job: Job) -> bool:
    return job["status"] == "RUNNING" and bool(job.get("container", {}).get("enableExecuteCommand"))


def lacks_exec(job: Job) -> bool:
    container = job.get("container", {})
    return job["status"] == "RUNNING" and "taskArn" in container and not container.get("enableExecuteCommand")


def has_several(job: Job) -> bool:
    return job["status"] == "RUNNING" and "ecsProperties" in job


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plugin:
    return install_plugin(tmp_path, monkeypatch)


def opened(demo: DemoWorld) -> int:
    assert demo.server is not None
    return demo.server.calls["ExecuteCommand"]


def described(demo: DemoWorld, job_id: str) -> Job:
    (job,) = demo.batch.describe_jobs(jobs=[job_id])["jobs"]
    return dict(job)


async def ask(driver: Driver, job_id: str) -> ShellScreen:
    await open_job(driver, job_id)
    await driver.press("s")
    await driver.until(lambda: isinstance(driver.app.screen, ShellScreen), "the dialog")
    screen = driver.app.screen
    assert isinstance(screen, ShellScreen)
    return screen


async def test_the_dialog_names_what_is_hit_and_starts_on_the_safe_button(demo: DemoWorld, plugin: Plugin) -> None:
    async with running(demo, settings=PATIENT, size=(80, 24)) as driver:
        await driver.until_live()
        job = described(demo, find(demo, driver, has_exec))
        cluster, task = job["container"]["taskArn"].split("/")[1:]
        for keys in (("enter",), ("escape",), ("n",)):
            screen = await ask(driver, job["jobId"])
            await driver.until_text(
                f"a container of the job {job['jobName']}?",
                *(job["jobId"], "Container   default", task, cluster, "us-east-1", "/bin/sh", "Leave it alone"),
            )
            assert screen.focused is not None
            assert screen.focused.id == "leave"
            await driver.press(*keys)
            await driver.until(lambda: not isinstance(driver.app.screen, ShellScreen), "left")
            await driver.press("escape")
        assert opened(demo) == 0
        assert not plugin.was_called


async def test_the_plugin_gets_the_session_by_the_environment_and_it_is_recorded(
    demo: DemoWorld, plugin: Plugin
) -> None:
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        job = described(demo, find(demo, driver, has_exec))
        _, cluster, task = job["container"]["taskArn"].split("/")
        (container,) = demo.client("ecs").describe_tasks(cluster=cluster, tasks=[task])["tasks"][0]["containers"]
        await ask(driver, job["jobId"])
        await driver.press("y")
        await driver.until_text(f"The shell in default of {job['jobName']} has ended with exit status 0.")
        assert opened(demo) == 1
        session = json.loads(plugin.call["variable"])
        assert session["SessionId"].startswith("ecs-execute-command-")
        assert session["StreamUrl"].startswith("ws://127.0.0.1:")
        target = json.dumps({"Target": f"ecs:{cluster}_{task}_{container['runtimeId']}"})
        assert plugin.call["arguments"] == [
            *("AWS_SSM_START_SESSION_RESPONSE", "us-east-1", "StartSession", "", target, demo.url),
        ]
        (entry,) = driver.app.account.record.entries if driver.app.account.record else ()
        assert (entry.action, entry.job_ids, entry.outcome) == ("ExecuteCommand", (job["jobId"],), "accepted")
        assert entry.reason == f"/bin/sh in container default of task {task} in {cluster}"
        assert session["TokenValue"] not in entry.as_line()


@pytest.mark.parametrize("version", slow_after(1, ["1.2.497.0", "1.2.30", "", "what?"]))
async def test_an_older_plugin_gets_the_session_as_its_argument(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    plugin = install_plugin(tmp_path, monkeypatch, version=version)
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await ask(driver, find(demo, driver, has_exec))
        await driver.press("y")
        await driver.until_text("has ended with exit status 0.")
    assert plugin.call["variable"] is None
    assert set(json.loads(plugin.call["arguments"][0])) == {"SessionId", "TokenValue", "StreamUrl"}


async def test_of_several_containers_one_is_chosen(demo: DemoWorld, plugin: Plugin) -> None:
    async with running(demo, settings=PATIENT, size=(80, 24)) as driver:
        await driver.until_live()
        job_id = find(demo, driver, has_several)
        screen = await ask(driver, job_id)
        await driver.until_text("Containers  annotate, metrics", "Shell in annotate", "Shell in metrics")
        assert screen.focused is not None
        assert screen.focused.id == "leave"
        await driver.press("y")
        await driver.until_text("choose one")
        assert opened(demo) == 0
        await driver.press("down", "enter")
        await driver.until_text("The shell in metrics of")
        assert opened(demo) == 1


WHY_NOT: dict[str, tuple[Callable[[Job], Any], str]] = {
    "ecs exec off": (lacks_exec, "ECS Exec is off for this task: set enableExecuteCommand to true"),
    "runnable": (KINDS["runnable"], "A shell needs a container that runs: this job is RUNNABLE."),
    "failed": (KINDS["failed"], "A shell needs a container that runs: this job is FAILED."),
    "array parent": (
        KINDS["array parent"],
        "open a shell from one of its children",
    ),
    "multi-node": (KINDS["multi-node"], "open a shell from one of its nodes"),
    "pod": (KINDS["eks"], "This job runs in a pod, which ECS Exec does not reach"),
}


@pytest.mark.parametrize("name", slow_after(3, WHY_NOT))
async def test_why_there_is_none(demo: DemoWorld, plugin: Plugin, name: str) -> None:
    wanted, sentence = WHY_NOT[name]
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await open_job(driver, find(demo, driver, wanted))
        await driver.press("s")
        await driver.until_text(sentence)
        assert not isinstance(driver.app.screen, ShellScreen)
        assert opened(demo) == 0


async def test_without_the_plugin_it_is_said_where_to_get_it(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await open_job(driver, find(demo, driver, has_exec))
        await driver.press("s")
        await driver.until_text("The Session Manager plugin is not installed", "session-manager-working-with")
        await open_job(driver, find(demo, driver, lacks_exec))
        await driver.press("s")
        await driver.until_text("ECS Exec is off", "plugin is not installed")
        assert opened(demo) == 0


TASK: Job = {
    "taskArn": "arn:aws:ecs:us-east-1:1:task/c/t",
    "clusterArn": "arn:aws:ecs:us-east-1:1:cluster/c",
    "lastStatus": "RUNNING",
    "launchType": "FARGATE",
    "platformVersion": "1.4.0",
    "enableExecuteCommand": True,
    "containers": [{"name": "x", "lastStatus": "RUNNING", "runtimeId": "r"}],
}


def agent(status: str, reason: str = "") -> Job:
    (container,) = TASK["containers"]
    told = {"name": "ExecuteCommandAgent", "lastStatus": status, "reason": reason}
    return {**TASK, "containers": [{**container, "managedAgents": [told]}]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ({**TASK, "platformVersion": "1.3.0"}, "Fargate platform 1.3.0 has no ECS Exec: it takes 1.4.0 or newer."),
        ({**TASK, "lastStatus": "STOPPED"}, "does not run any more"),
        ({**TASK, "containers": []}, "has not started yet"),
        (agent("PENDING"), "has not started yet: try again"),
        (agent("STOPPED", "no route to ssmmessages"), "does not run in this task (no route to ssmmessages)"),
        (None, "ECS has forgotten this task"),
    ],
)
async def test_what_the_task_tells_against_it(
    demo: DemoWorld, plugin: Plugin, task: Job | None, sentence: str
) -> None:
    body = json.dumps({"tasks": [task] if task else [], "failures": []})
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        demo.fault("DescribeTasks", status=200, body=body, content_type="application/x-amz-json-1.1")
        await open_job(driver, find(demo, driver, has_exec))
        await driver.press("s")
        await driver.until_text(sentence)
        assert opened(demo) == 0


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        (
            "DescribeTasks",
            "denied: ecs:DescribeTasks is not allowed to you (arn:aws:iam::1:user/me). A shell",
        ),
        ("ExecuteCommand", "denied: ecs:ExecuteCommand is not allowed to you (arn:aws:iam::1:user/me)."),
    ],
)
async def test_a_denial_is_said(demo: DemoWorld, plugin: Plugin, operation: str, sentence: str) -> None:
    words = "User: arn:aws:iam::1:user/me is not authorized to perform it"
    demo.fault(operation, status=400, code="AccessDeniedException", message=words)
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await open_job(driver, find(demo, driver, has_exec))
        await driver.press("s")
        if operation == "ExecuteCommand":
            await driver.until(lambda: isinstance(driver.app.screen, ShellScreen), "the dialog")
            await driver.press("y")
        await driver.until_text(sentence)
        outcomes = (
            [entry.outcome for entry in driver.app.account.record.entries] if driver.app.account.record else []
        )
        assert outcomes == (["failed"] if operation == "ExecuteCommand" else [])
    assert not plugin.was_called


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"drop": True, "after": True}, "in doubt"),
        ({"status": 500, "code": "ServerException", "message": "oh"}, "in doubt"),
        ({"status": 400, "code": "TargetNotConnectedException", "message": "not connected"}, "failed"),
        ({"status": 429, "code": "ThrottlingException", "message": "slow down"}, "failed"),
    ],
)
async def test_it_is_asked_once_whatever_comes_of_it(
    demo: DemoWorld, plugin: Plugin, fault: dict[str, Any], outcome: str
) -> None:
    demo.fault("ExecuteCommand", **fault)
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await ask(driver, find(demo, driver, has_exec))
        await driver.press("y")
        record = driver.app.account.record
        assert record is not None
        await driver.until(lambda: bool(record.entries), "it is recorded")
        assert [entry.outcome for entry in record.entries] == [outcome]
        await driver.until_text("nobody is in it" if outcome == "in doubt" else fault["message"])
    assert opened(demo) == 1
    assert not plugin.was_called


async def test_asking_again_while_it_is_opened_opens_no_other(demo: DemoWorld, plugin: Plugin) -> None:
    demo.fault("ExecuteCommand", delay=1.5)
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await ask(driver, find(demo, driver, has_exec))
        await driver.press("y")
        await driver.until(lambda: opened(demo) == 1, "it was sent")
        await driver.press("s")
        await driver.until_text("A shell is being opened")
        await driver.until_text("has ended with exit status 0.")
    assert opened(demo) == 1


async def test_leaving_before_the_answer_is_recorded_as_in_doubt(demo: DemoWorld, plugin: Plugin) -> None:
    demo.fault("ExecuteCommand", delay=5)
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await ask(driver, find(demo, driver, has_exec))
        await driver.press("y")
        await driver.until(lambda: opened(demo) == 1, "it was sent")
        record = driver.app.account.record
        driver.app.exit()
    assert record is not None
    assert [entry.outcome for entry in record.entries] == ["in doubt"]
    assert not plugin.was_called


async def test_a_plugin_that_fails_tells_its_status(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_plugin(tmp_path, monkeypatch, script="sys.exit(7)")
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await ask(driver, find(demo, driver, has_exec))
        await driver.press("y")
        await driver.until_text("has ended with exit status 7.")


async def test_a_plugin_that_cannot_be_started(demo: DemoWorld, plugin: Plugin) -> None:
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await ask(driver, find(demo, driver, has_exec))
        (plugin.here / "bin" / "session-manager-plugin").write_bytes(b"\x7fELF nothing")
        await driver.press("y")
        await driver.until_text("session-manager-plugin could not be started", "nobody is in it")


async def test_read_only_has_no_shell(demo: DemoWorld, plugin: Plugin) -> None:
    async with running(demo, settings=replace(PATIENT, read_only=True), size=WIDE) as driver:
        await driver.until_live()
        await open_job(driver, find(demo, driver, has_exec))
        assert "s shell" not in driver.text
        await driver.press("s")
        await driver.until_text("This is read-only")
        await driver.press("question_mark")
        await driver.until_text("Details")
        assert "A shell in the container" not in driver.text
        assert opened(demo) == 0


async def test_becoming_read_only_holds_for_a_dialog_that_is_open(demo: DemoWorld, plugin: Plugin) -> None:
    async with running(demo, settings=PATIENT, size=WIDE) as driver:
        await driver.until_live()
        await ask(driver, find(demo, driver, has_exec))
        assert driver.app.account.acting is not None
        driver.app.account.acting.forbid()
        await driver.press("y")
        await driver.until_text("ExecuteCommand changes something")
        assert opened(demo) == 0
    assert not plugin.was_called


async def test_queues_and_service_jobs_have_none(monkeypatch: pytest.MonkeyPatch, plugin: Plugin) -> None:
    with demo_world(service_jobs=True) as demo:
        use_credentials_of(demo, monkeypatch)
        async with running(demo, settings=PATIENT, size=WIDE) as driver:
            await driver.until_live()
            service = next(job for job in driver.app.all_jobs() if job.is_service_job)
            await open_job(driver, service.job_id)
            await driver.press("s")
            await driver.until_text("A service job runs in SageMaker")
            driver.app.open_detail("queue", "align-high", "align-high")
            await driver.until_text("the higher goes first")
            await driver.press("s")
            await driver.until_text("Only jobs have containers to open a shell in.")
