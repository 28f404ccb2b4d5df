"""Changing queues, environments, priorities and definitions from the keyboard."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from batchtui.settings import Settings
from batchtui.ui.screens.change import ChangeScreen
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld, demo_world


def queue_of(demo: DemoWorld, name: str) -> dict[str, Any]:
    (found,) = demo.batch.describe_job_queues(jobQueues=[name])["jobQueues"]
    return dict(found)


def environment_of(demo: DemoWorld, name: str) -> dict[str, Any]:
    (found,) = demo.batch.describe_compute_environments(computeEnvironments=[name])["computeEnvironments"]
    return dict(found)


async def ask(driver: Driver, *keys: str) -> ChangeScreen:
    await driver.press(*keys)
    await driver.until(lambda: isinstance(driver.app.screen, ChangeScreen), "the dialog")
    screen = driver.app.screen
    assert isinstance(screen, ChangeScreen)
    return screen


async def until_closed(driver: Driver) -> None:
    await driver.until(lambda: not isinstance(driver.app.screen, ChangeScreen), "the end of the dialog")


async def on_queue(driver: Driver, name: str) -> None:
    await driver.until_live()
    driver.app.go_to_queue(name)
    await driver.until_text(f"Jobs · {name}")


async def on_environment(driver: Driver, name: str) -> None:
    await driver.until_live()
    driver.app.go_to_environment(name)
    await driver.until(lambda: driver.row("environments").compute_environment_name == name, name)


async def test_a_queue_is_disabled_and_the_screen_soon_says_so(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_queue(driver, "qc-fargate")
        await ask(driver, "t")
        await driver.until_text(
            "Disable job queue qc-fargate?", "It is ENABLED and becomes DISABLED", "refuses new"
        )
        await driver.press("y")
        await until_closed(driver)
        await driver.until_text("Job queue qc-fargate is being disabled.", "qc-fargate (off)")
        assert queue_of(demo, "qc-fargate")["state"] == "DISABLED"
        demo.advance(5)
        await ask(driver, "t")
        await driver.until_text("Enable job queue qc-fargate?")
        await driver.press("y")
        await driver.until(lambda: driver.row("queues").detail.state == "ENABLED", "enabled")


@pytest.mark.parametrize("keys", [("enter",), ("escape",), ("n",)])
@pytest.mark.parametrize("verb", ["t", "equals_sign"])
async def test_the_safe_button_has_the_focus_and_leaving_changes_nothing(
    demo: DemoWorld, verb: str, keys: tuple[str, ...]
) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_queue(driver, "align-low")
        before = queue_of(demo, "align-low")
        screen = await ask(driver, verb)
        assert screen.focused is not None
        assert screen.focused.id == "leave"
        await driver.press(*keys)
        await until_closed(driver)
        assert queue_of(demo, "align-low") == before
        assert demo.server is not None
        assert not demo.server.calls["UpdateJobQueue"]


@pytest.mark.slow
async def test_an_environment_is_disabled_with_what_that_means_for_its_queues(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_environment(driver, "spot")
        await ask(driver, "t")
        await driver.until_text(
            "Disable compute environment spot?",
            "2 queues use it: align-high, align-low.",
            "whose jobs then wait: align-low.",
        )
        await driver.press("right", "enter")
        await until_closed(driver)
        await driver.until(lambda: driver.row("environments").state == "DISABLED", "disabled")
        assert environment_of(demo, "spot")["state"] == "DISABLED"


async def test_a_priority_is_typed(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_queue(driver, "align-low")
        screen = await ask(driver, "equals_sign")
        await driver.until_text("which is 50?", "align-high (100)", "Nothing is changed yet.")
        await driver.press("y")
        assert driver.app.screen is screen
        await driver.until_text("Type another number first.")
        await driver.press(*"7x70", "enter")
        await driver.until_text("Priority 50 → 770.")
        assert screen.focused is not None
        assert screen.focused.id == "leave", "enter in the number does nothing but to go on"
        await driver.press("y")
        await until_closed(driver)
        await driver.until(lambda: driver.row("queues").detail.priority == 770, "its priority")
        assert queue_of(demo, "align-low")["priority"] == 770


async def test_vcpus_are_typed_and_checked_as_they_are_typed(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_environment(driver, "on-demand")
        before = environment_of(demo, "on-demand")["computeResources"]
        screen = await ask(driver, "equals_sign")
        await driver.press("shift+tab", "shift+tab", "shift+tab", *"999")
        await driver.until_text("The minimum of 999 is above the maximum of 64.")
        await driver.press(*["backspace"] * 3, "tab", "tab", *"9999", "tab", "y")
        await until_closed(driver)
        assert not screen.is_asking
        after = environment_of(demo, "on-demand")["computeResources"]
        assert after == before | {"maxvCpus": 9999}
        await driver.until(lambda: driver.row("environments").compute_resources.maxv_cpus == 9999, "its maximum")


async def test_what_aws_refuses_is_shown_and_tried_again(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_queue(driver, "align-low")
        demo.fault("UpdateJobQueue", status=403, code="AccessDeniedException", message="not you [b]")
        screen = await ask(driver, "t")
        await driver.press("y")
        await driver.until_text("Failed: state ENABLED → DISABLED", "not you [b]", "Try again")
        assert screen.focused is not None
        assert screen.focused.id == "leave"
        demo.heal()
        await driver.press("y")
        await until_closed(driver)
        assert queue_of(demo, "align-low")["state"] == "DISABLED"


async def test_what_aws_does_not_take_is_told_in_its_own_words(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_queue(driver, "align-low")
        await ask(driver, "equals_sign")
        await driver.press("shift+tab", *"5000", "tab", "y")
        await driver.until_text("priority must be between 0 and 1000", "Try again")
        await driver.press("escape")
        await until_closed(driver)
        assert queue_of(demo, "align-low")["priority"] == 50


async def test_a_slow_answer_can_be_left_alone_and_is_recorded_as_in_doubt(
    demo: DemoWorld, tmp_path: Path
) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_queue(driver, "align-low")
        demo.fault("UpdateJobQueue", delay=30.0)
        await ask(driver, "t")
        await driver.press("y")
        await driver.until_text("Asking AWS …")
        await driver.press("escape")
        await driver.until_text("In doubt: state ENABLED → DISABLED")
        await driver.press("escape")
        await until_closed(driver)
    assert recorded(tmp_path)[-1]["outcome"] == "in doubt"


async def test_the_detail_views_change_what_they_show(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_queue(driver, "align-low")
        await driver.press("enter")
        await driver.until_text("▐Overview▌")
        await ask(driver, "t")
        await driver.press("y")
        await until_closed(driver)
        await driver.until_text("▐Overview▌")
        assert queue_of(demo, "align-low")["state"] == "DISABLED"
        await driver.press("D")
        await driver.until_text("Only a revision of a job definition can be deregistered.")


async def test_a_revision_is_deregistered_from_its_details(demo: DemoWorld) -> None:
    arn = demo.batch.describe_job_definitions(jobDefinitionName="fastqc")["jobDefinitions"][-1]["jobDefinitionArn"]
    name = arn.rpartition("/")[2]
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", arn, "a definition")
        await driver.until_text("job definition  ACTIVE")
        screen = await ask(driver, "D")
        await driver.until_text(f"Deregister job definition {name}?", "cannot be undone", "jobs that run go on")
        assert screen.focused is not None
        assert screen.focused.id == "leave"
        await driver.press("enter")
        await until_closed(driver)
        (definition,) = demo.batch.describe_job_definitions(jobDefinitions=[arn])["jobDefinitions"]
        assert definition["status"] == "ACTIVE"
        await ask(driver, "D")
        await driver.press("y")
        await until_closed(driver)
        await driver.until_text("job definition  INACTIVE", f"Job definition {name} is deregistered.")
        (definition,) = demo.batch.describe_job_definitions(jobDefinitions=[arn])["jobDefinitions"]
        assert definition["status"] == "INACTIVE"
        await driver.press("D")
        await driver.until_text(f"{name} is INACTIVE already.")
        await driver.press("t")
        await driver.until_text("D deregisters a revision")


@pytest.mark.parametrize("is_read_only", [False, True])
async def test_the_footer_of_a_detail_view_names_what_can_be_done_with_it(
    demo: DemoWorld, is_read_only: bool
) -> None:
    settings = Settings(max_calls_per_second=50.0, refresh=3600.0, read_only=is_read_only)
    async with running(demo, settings=settings, size=(110, 30)) as driver:
        await on_queue(driver, "align-low")
        for kind, key, words in (
            ("queue", "align-low", ("t on/off", "= change")),
            ("environment", "spot", ("t on/off", "= change")),
            ("definition", "fastqc", ("D deregister",)),
        ):
            driver.app.open_detail(kind, key, key)
            await driver.until_text("▐Overview▌")
            footer = driver.text.splitlines()[-1]
            assert all((word in footer) is not is_read_only for word in words), footer
            assert "x stop" not in footer
            assert "l log" not in footer


async def test_where_a_key_does_not_apply_it_says_so(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("t")
        await driver.until_text("All queues together")
        await driver.press("5", "t")
        await driver.until_text("Only queues and compute environments can be enabled or disabled.")
        await driver.press("equals_sign")
        await driver.until_text("Only service jobs have a priority that can be changed.")
        assert not isinstance(driver.app.screen, ChangeScreen)


async def test_read_only_has_no_key_no_entry_and_no_dialog(demo: DemoWorld) -> None:
    read_only = Settings(max_calls_per_second=50.0, refresh=3600.0, read_only=True)
    async with running(demo, settings=read_only, size=(160, 90)) as driver:
        await on_queue(driver, "align-low")
        for key in ("t", "equals_sign"):
            await driver.press(key)
            await driver.until_text("This is read-only")
            assert not isinstance(driver.app.screen, ChangeScreen)
        await driver.press("question_mark")
        assert "Enable it, or disable it" not in driver.text
        assert "The log of the job" in driver.text
        await driver.press("escape", "colon", *"disable it")
        await driver.until_text("No matches found")


async def test_help_and_palette_have_them(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(160, 90)) as driver:
        await on_queue(driver, "align-low")
        await driver.press("question_mark")
        await driver.until_text("Enable it, or disable it", "Change: the queue's priority")
        await driver.press("escape", "colon", *"disable it")
        await driver.until_text("Enable it, or disable it")
        await driver.press("enter")
        await driver.until_text("Disable job queue align-low?")


async def test_each_change_is_recorded(demo: DemoWorld, tmp_path: Path) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await on_queue(driver, "align-low")
        await ask(driver, "t")
        await driver.press("y")
        await until_closed(driver)
    (entry,) = recorded(tmp_path)
    assert {name: entry[name] for name in ("action", "count", "jobs", "reason", "outcome")} == {
        "action": "UpdateJobQueue",
        "count": 1,
        "jobs": ["align-low"],
        "reason": "state ENABLED → DISABLED",
        "outcome": "accepted",
    }


def recorded(home: Path) -> list[dict[str, Any]]:
    (file,) = home.rglob("actions.jsonl")
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=700, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


@pytest.mark.parametrize("is_in_detail", [False, True])
async def test_the_priority_of_a_service_job(training: DemoWorld, is_in_detail: bool) -> None:
    async with running(training, settings=PATIENT) as driver:
        await on_queue(driver, "sagemaker-training")
        await driver.press("3")
        job_id = driver.row("jobs").job_id
        if is_in_detail:
            await driver.press("enter")
            await driver.until_text("▐Overview▌", "Service job type")
        present = training.batch.describe_service_job(jobId=job_id)["schedulingPriority"]
        await ask(driver, "equals_sign")
        await driver.until_text(f"which is {present}?", "Within a share")
        await driver.press("shift+tab", *"1234", "tab", "y")
        await until_closed(driver)
        assert training.batch.describe_service_job(jobId=job_id)["schedulingPriority"] == 1234
        if is_in_detail:
            await driver.until_text("1234")
