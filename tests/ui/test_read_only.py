"""Read-only by the configuration: nothing that changes anything exists until it is certain that it may."""

import gc
from dataclasses import replace
from pathlib import Path

import pytest

from batchtui.aws.control_gateway import ControlGateway
from batchtui.demo.faults import Fault
from batchtui.settings import Settings
from batchtui.ui.messages import StopWanted
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.stop import StopScreen
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld

NOTHING_THERE = Fault(body='{"jobQueues": [], "computeEnvironments": []}', content_type="application/json")


def account_number(demo: DemoWorld) -> str:
    number: str = demo.client("sts").get_caller_identity()["Account"]
    return number


def nothing_can_change(driver: Driver) -> bool:
    """Neither in this app nor hidden anywhere in the process is there anything with a method that changes jobs."""
    gc.collect()
    return driver.app.account.acting is None and not any(
        isinstance(each, ControlGateway) for each in gc.get_objects()
    )


async def until_stop_is_asked(driver: Driver) -> None:
    await driver.press("5")
    await driver.until_text("x stop")
    await driver.press("x")
    await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the dialog")


async def expect_read_only(driver: Driver, sentence: str) -> None:
    await driver.press("5")
    await driver.until_text("read-only")
    assert "x stop" not in driver.text
    assert nothing_can_change(driver)
    await driver.press("x")
    await driver.until_text(sentence)
    assert not isinstance(driver.app.screen, StopScreen)
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
    assert "x stop" not in driver.text
    await driver.press("x", "question_mark")
    assert "Stop the job" not in driver.text
    await driver.press("escape", "escape", "colon", *"stop the job")
    await driver.until_text("No matches found")
    await driver.press("escape")
    assert nothing_can_change(driver)


async def test_an_account_that_the_configuration_names_is_read_only(demo: DemoWorld) -> None:
    number = account_number(demo)
    settings = replace(PATIENT, read_only_accounts=(f"{number[:2]}*",))
    async with running(demo, settings=settings, size=(160, 90)) as driver:
        await driver.until_live()
        await expect_read_only(driver, f"This is read-only: the configuration says so for account {number}.")


async def test_another_account_is_not(demo: DemoWorld) -> None:
    settings = replace(PATIENT, read_only_accounts=("000000000000", "99*"), read_only_profiles=("prod*",))
    async with running(demo, settings=settings) as driver:
        await driver.until_live()
        assert "read-only" not in driver.text
        await until_stop_is_asked(driver)


async def test_the_profile_of_the_environment_counts(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "aws-config").write_text("[profile prod-eu]\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_PROFILE", "prod-eu")
    async with running(demo, settings=replace(PATIENT, read_only_profiles=("prod*",)), size=(160, 90)) as driver:
        await driver.until_live()
        await expect_read_only(driver, "This is read-only: the configuration says so for profile prod-eu.")


async def test_without_a_named_profile_the_default_one_counts(demo: DemoWorld) -> None:
    async with running(demo, settings=replace(PATIENT, read_only_profiles=("default",))) as driver:
        await driver.until_live()
        await driver.press("5", "x")
        await driver.until_text("the configuration says so for profile default.")


async def test_until_the_account_is_known_it_is_read_only(demo: DemoWorld) -> None:
    """No ARN tells the account, and AWS does not either: then it does, and the keys appear where one looks."""
    demo.faults.append(
        lambda name: (
            Fault(status=403, code="AccessDenied", message="no")
            if name == "GetCallerIdentity"
            else NOTHING_THERE
            if name in ("DescribeJobQueues", "DescribeComputeEnvironments")
            else None
        )
    )
    settings = Settings(max_calls_per_second=50.0, refresh=1.0, read_only_accounts=("000000000000",))
    async with running(demo, settings=settings, size=(160, 90)) as driver:
        await driver.until_text("read-only", "No job queues in this account")
        await driver.until(lambda: "GetCallerIdentity" in str(driver.snapshot.sources), "asked for the account")
        assert nothing_can_change(driver)
        await driver.press("5")
        driver.app.post_message(StopWanted([]))
        await driver.until_text("This is read-only: the account is not known yet.")
        demo.heal()
        demo.advance(600)
        await driver.press("ctrl+r")
        await driver.until(lambda: driver.snapshot.account is not None, "the account")
        await driver.until_live()
        await driver.until_text("x stop")
        await until_stop_is_asked(driver)


async def test_details_that_are_open_follow_too(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5", "enter")
        await driver.until_text("▐Overview▌", "x stop")
        driver.app.why_read_only = "This is read-only: nothing can be changed."
        await driver.until(lambda: "x stop" not in driver.text, "no key that changes anything")
