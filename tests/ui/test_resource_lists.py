"""Scheduling policies, consumable resources, service environments: lists, details, and the ways between them."""

from collections.abc import Iterator
from typing import Any

import pytest

from batchtui.demo.queues import SchedulingPolicy
from batchtui.settings import Settings
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.loading import LoadingScreen
from batchtui.ui.screens.relations import RelationsScreen
from batchtui.ui.screens.resource_lists import (
    ConsumableResourcesScreen,
    SchedulingPoliciesScreen,
    ServiceEnvironmentsScreen,
)
from tests.conftest import use_credentials_of
from tests.matrix import slow_after
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT, find, open_job
from tests.worlds import DemoWorld, demo_world

SIZES = slow_after(1, [(80, 24), (120, 35), (200, 50)])
SEATS = "tracking-seats"


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


async def open_list(driver: Driver, name: str, kind: type[LoadingScreen[Any]]) -> LoadingScreen[Any]:
    """Goes there as a person does, by the palette, and waits until everything is listed or refused."""
    if driver.app.screen is driver.main:
        await driver.until_live()
    await driver.press("colon", *name)
    await driver.until_text(f":{name} ·")
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, kind), "the list")
    screen = driver.app.screen
    assert isinstance(screen, kind)
    await driver.until(lambda: not screen.pane.is_loading, "all of it")
    return screen


async def policies(driver: Driver) -> LoadingScreen[Any]:
    return await open_list(driver, "scheduling-policies", SchedulingPoliciesScreen)


async def consumables(driver: Driver) -> LoadingScreen[Any]:
    return await open_list(driver, "consumable-resources", ConsumableResourcesScreen)


async def service_environments(driver: Driver) -> LoadingScreen[Any]:
    return await open_list(driver, "service-environments", ServiceEnvironmentsScreen)


def line_of(driver: Driver, word: str) -> str:
    return next(line for line in driver.text.splitlines() if f" {word} " in line)


async def described(driver: Driver, *texts: str) -> None:
    await driver.until(
        lambda: isinstance(driver.app.screen, DetailScreen) and driver.app.screen.is_described, "described"
    )
    await driver.until_text(*texts)


@pytest.mark.parametrize("size", SIZES)
async def test_policies_with_the_queues_that_use_them(demo: DemoWorld, size: tuple[int, int]) -> None:
    arns = [each["arn"] for each in demo.batch.list_scheduling_policies()["schedulingPolicies"]]
    told = {
        each["name"]: each for each in demo.batch.describe_scheduling_policies(arns=arns)["schedulingPolicies"]
    }
    async with running(demo, settings=PATIENT, size=size) as driver:
        screen = await policies(driver)
        assert [row.policy.name for row in screen.pane.table.rows] == sorted(told)
        assert "fair share" in line_of(driver, "ml-fair-share")
        assert "train-gpu" in line_of(driver, "ml-fair-share")
        assert " 24h " in line_of(driver, "genomics-fair-share")
        assert "50 %" in line_of(driver, "genomics-fair-share")
        assert "no queue" in line_of(driver, "genomics-fair-share")
        await driver.press("slash", *"queue:train share:sweep decay<2h", "enter")
        assert [row.policy.name for row in screen.pane.table.rows] == ["ml-fair-share"]
        await driver.press("c")
        assert driver.app.clipboard == "ml-fair-share"
        await driver.press("C")
        assert driver.app.clipboard == told["ml-fair-share"]["arn"]
        await driver.press("y")
        await described(driver, "▐JSON▌", '"shareDecaySeconds": 3600')
        await driver.press("escape", "escape", "escape")
        await driver.until(lambda: driver.app.screen is driver.main, "back where one began")


async def test_the_details_of_a_policy_say_who_gets_how_much(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(110, 40)) as driver:
        await policies(driver)
        await driver.press("slash", *"ml-fair", "enter", "enter")
        await described(driver, "3600 s (1h)", "1 % of the vCPUs", "0.01 % with two", "A share that is not named")
        assert "45%  weight 0.25" in line_of(driver, "production")
        assert " 6%  weight 2" in line_of(driver, "intern*")
        bars = {name: line_of(driver, name).count("█") for name in ("production", "sweep", "research", "intern*")}
        assert sorted(bars, key=lambda name: -bars[name]) == list(bars)
        assert "1 queue, priority 40" in line_of(driver, "train-gpu")
        await driver.press("1")
        await described(driver, "train-gpu  job queue", "2 scheduling policy", "ml-fair-share")
        await driver.press("2")
        await described(driver, "ml-fair-share  scheduling policy")


async def test_a_policy_that_nobody_uses_and_that_aws_forgets(demo: DemoWorld) -> None:
    assert demo.account is not None
    async with running(demo, settings=PATIENT) as driver:
        screen = await policies(driver)
        await driver.press("enter")
        await described(driver, "genomics-fair-share", "No queue that is known uses it.")
        await driver.press("f")
        await driver.until_text("There is nothing to go to from here.")
        del demo.account.policies[next(arn for arn in demo.account.policies if "genomics" in arn)]
        await driver.press("ctrl+r")
        await driver.until_text("AWS Batch does not know this scheduling policy, or not any more.", "clinical*")
        await driver.press("escape", "ctrl+r")
        await driver.until(
            lambda: "genomics-fair-share" not in {row.policy.name for row in screen.pane.table.rows}, "it is gone"
        )


class _QuotaPolicy(SchedulingPolicy):
    """What AWS tells of a policy by quota shares, under a name that no terminal should obey."""

    def describe(self) -> dict[str, Any]:
        return {
            "name": "evil[/b]\x1b]0;x",
            "arn": self.arn,
            "quotaSharePolicy": {"idleResourceAssignmentStrategy": "FIFO"},
            "tags": {"team[bold]": "\x9b2Jx"},
        }


async def test_a_policy_by_quota_shares_under_a_hostile_name(demo: DemoWorld) -> None:
    assert demo.account is not None
    policy = _QuotaPolicy("quota", {})
    demo.account.policies[policy.arn] = policy
    async with running(demo, settings=PATIENT) as driver:
        await policies(driver)
        assert "quota shares" in line_of(driver, "evil[/b]�]0;x")
        await driver.press("slash", *"name:evil*", "enter", "c")
        await driver.until_text("Copied evil[/b]�]0;x.")
        await driver.press("enter")
        await described(driver, "FIFO: to whoever has waited longest", "team[bold]")


async def test_the_quota_shares_of_the_queues_are_told_with_their_policy(demo: DemoWorld) -> None:
    (queue,) = demo.batch.describe_job_queues(jobQueues=["sagemaker-training"])["jobQueues"]
    shares = demo.batch.list_quota_shares(jobQueue="sagemaker-training")["quotaShares"]
    name = queue["schedulingPolicyArn"].rpartition("/")[2]
    async with running(demo, settings=PATIENT, size=(160, 40)) as driver:
        await policies(driver)
        await driver.press("slash", *f"name:{name}", "enter")
        demo.fault("ListQuotaShares", status=403, code="AccessDeniedException", message="no shares for you")
        await driver.press("enter")
        await described(driver, "no shares for you", "FIFO", "sagemaker-training  ENABLED")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until_text("Quota shares")
        for share in shares:
            line = line_of(driver, share["quotaShareName"])
            assert share["resourceSharingConfiguration"]["strategy"] in line
            for limit in share["capacityLimits"]:
                assert f"{limit['maxCapacity']} {limit['capacityUnit']}" in line
        assert "no shares for you" not in driver.text


@pytest.mark.parametrize("size", SIZES)
async def test_consumable_resources_with_what_is_left(demo: DemoWorld, size: tuple[int, int]) -> None:
    told = {
        each["consumableResourceName"]: each
        for each in demo.batch.list_consumable_resources()["consumableResources"]
    }
    async with running(demo, settings=PATIENT, size=size) as driver:
        screen = await consumables(driver)
        assert [row.name for row in screen.pane.table.rows] == sorted(told)
        for name, each in told.items():
            total, used = each["totalQuantity"], each["inUseQuantity"]
            numbers = line_of(driver, name).split()
            assert {f"{total:,}", f"{used:,}", f"{total - used:,}"} <= set(numbers)
        assert "used up" in line_of(driver, "annotation-credits")
        await driver.press("slash", *"type:replenishable used>0", "enter")
        assert [row.name for row in screen.pane.table.rows] == [SEATS]
        await driver.press("c")
        assert driver.app.clipboard == SEATS
        await driver.press("C")
        assert driver.app.clipboard == told[SEATS]["consumableResourceArn"]


async def test_from_a_job_to_what_it_takes_and_back(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 45)) as driver:
        await driver.until_live()
        job_id = find(
            demo, driver, lambda job: job.get("consumableResourceProperties") and "sweep" not in str(job)
        )
        (job,) = demo.batch.describe_jobs(jobs=[job_id])["jobs"]
        (taken,) = job["consumableResourceProperties"]["consumableResourceList"]
        name = taken["consumableResource"].rpartition("/")[2]
        await open_job(driver, job_id)
        await driver.until_text(f"{name}  takes {taken['quantity']}", "consumable ")
        digit = line_of(driver, "consumable").split()[1]
        await driver.press(digit)
        await described(driver, f"{name}  consumable resource", "Quantity", "Available", "Go to")
        jobs = demo.batch.list_jobs_by_consumable_resource(consumableResource=name)["jobs"]
        assert len(jobs) > 9
        await driver.until_text("more: f lists them all")
        await driver.press("f")
        await driver.until(lambda: isinstance(driver.app.screen, RelationsScreen), "all of them")
        screen = driver.app.screen
        assert isinstance(screen, RelationsScreen)
        every: list[Any] = []
        for page in demo.batch.get_paginator("list_jobs_by_consumable_resource").paginate(consumableResource=name):
            every += page["jobs"]
        await driver.until(lambda: len(screen.pane.table.rows) == len(every), "every page")
        await driver.press("slash", *f"id:{job_id}", "enter", "enter")
        await described(driver, job_id)


async def test_a_resource_holds_first_who_holds_some_of_it(demo: DemoWorld) -> None:
    taken = {"consumableResourceList": [{"consumableResource": "dragen-licences", "quantity": 4}]}
    queue = {"jobQueue": demo.queue, "jobDefinition": demo.definition}
    first = demo.batch.submit_job(jobName="holds", consumableResourcePropertiesOverride=taken, **queue)["jobId"]
    while demo.batch.describe_jobs(jobs=[first])["jobs"][0]["status"] != "RUNNING":
        demo.advance(1)
    demo.batch.submit_job(jobName="is-newer", consumableResourcePropertiesOverride=taken, **queue)
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        await consumables(driver)
        assert "none left" in line_of(driver, "dragen-licences")
        await driver.press("down", "enter")
        await described(driver, "none: jobs that need it wait", "holds", "is-newer")
        assert driver.text.index("RUNNING  holds") < driver.text.index("is-newer")
        await driver.press("1")
        await described(driver, first)


async def test_of_a_definition_too_one_goes_to_what_its_jobs_take(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 45)) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", "train-variant-ddp:3", "a definition")
        await described(driver, "Go to", f"{SEATS}  takes 4")
        await driver.press("1")
        await described(driver, f"{SEATS}  consumable resource")


@pytest.mark.parametrize("size", SIZES)
async def test_service_environments_with_their_queues(demo: DemoWorld, size: tuple[int, int]) -> None:
    (told,) = demo.batch.describe_service_environments()["serviceEnvironments"]
    name, limit = told["serviceEnvironmentName"], told["capacityLimits"][0]
    async with running(demo, settings=PATIENT, size=size) as driver:
        screen = await service_environments(driver)
        assert len(screen.pane.table.rows) == 1
        for word in ("ENABLED", "VALID", f"{limit['maxCapacity']} {limit['capacityUnit']}", "sagemaker-tr"):
            assert word in line_of(driver, name)
        await driver.press("slash", *"state:enabled capacity>3 queue:sagemaker*", "enter", "C")
        assert driver.app.clipboard == told["serviceEnvironmentArn"]
        await driver.press("enter")
        await described(driver, f"at most {limit['maxCapacity']} {limit['capacityUnit']}", "Jobs of its queues")
        await driver.press("1")
        await described(driver, "sagemaker-training  job queue")
        await driver.press("G")
        await driver.until_text(f" 1 service environment {name}")
        await driver.press("1")
        await described(driver, f"{name}  service environment")
        await driver.press("y")
        await driver.until_text('"serviceEnvironmentType": "SAGEMAKER_TRAINING"')


OPENERS = {
    "ListSchedulingPolicies": (policies, 2),
    "DescribeSchedulingPolicies": (policies, 2),
    "ListConsumableResources": (consumables, 3),
    "DescribeServiceEnvironments": (service_environments, 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPENERS)
async def test_a_refusal_is_told_in_its_list_and_nowhere_else(demo: DemoWorld, operation: str) -> None:
    opened, least = OPENERS[operation]
    refused = {"status": 403, "code": "AccessDeniedException", "message": "nothing for you"}
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        demo.fault(operation, **refused)
        screen = await opened(driver)
        await driver.until_text("nothing for you", "AWS has told none: above stands why.")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: len(screen.pane.table.rows) >= least, "they come")
        assert "nothing for you" not in driver.text
        demo.fault(operation, **refused)
        await driver.press("ctrl+r")
        await driver.until_text("nothing for you")
        assert len(screen.pane.table.rows) >= least, "what was there stays"
        await driver.press("escape")
        await driver.until_live()
        assert not driver.snapshot.error_of(*driver.snapshot.sources)


async def test_an_account_without_any_says_so(demo: DemoWorld) -> None:
    assert demo.account is not None
    demo.account.consumables.clear()
    async with running(demo, settings=PATIENT) as driver:
        await consumables(driver)
        await driver.until_text("There is no consumable resource in this account and region.")


async def test_a_job_of_the_resource_is_refused_and_the_rest_stands(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await consumables(driver)
        demo.fault("ListJobsByConsumableResource", status=403, code="AccessDeniedException", message="no jobs")
        await driver.press("end", "enter")
        await described(driver, "no jobs", "Quantity", "REPLENISHABLE")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until_text("takes 1")
        assert "no jobs" not in driver.text
        demo.fault("DescribeConsumableResource", status=403, code="AccessDeniedException", message="no resource")
        await driver.press("ctrl+r")
        await driver.until_text("no resource", "takes 1")


async def test_a_long_list_ends_at_its_bound(demo: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    assert demo.account is not None
    assert demo.server is not None
    monkeypatch.setattr(SchedulingPoliciesScreen, "MOST", 200)
    for number in range(350):
        policy = SchedulingPolicy(f"policy-{number:03d}", {"a": 1.0})
        demo.account.policies[policy.arn] = policy
    async with running(demo, settings=PATIENT) as driver:
        screen = await policies(driver)
        await driver.until_text("There are more than 200 scheduling policies: these are the first.")
        assert len(screen.pane.table.rows) == 200
        assert demo.server.calls["ListSchedulingPolicies"] == 2


@pytest.mark.slow
async def test_what_changes_is_asked_for_again_only_while_it_is_seen(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert demo.server is not None
    monkeypatch.setattr(ConsumableResourcesScreen, "LEAST_SECONDS", 0.1)
    calls = demo.server.calls
    settings = Settings(max_calls_per_second=50.0, refresh=1.0)
    async with running(demo, settings=settings) as driver:
        await consumables(driver)
        seen = calls["ListConsumableResources"]
        await driver.until(lambda: calls["ListConsumableResources"] >= seen + 2, "it is asked for by itself")
        await driver.press("enter")
        await described(driver, "Quantity")
        seen = calls["ListConsumableResources"]
        looked = calls["DescribeConsumableResource"]
        await driver.until(lambda: calls["DescribeConsumableResource"] >= looked + 3, "time passes")
        assert calls["ListConsumableResources"] <= seen + 1, "covered, it is left alone"
        await driver.press("escape")
        await driver.until(lambda: calls["ListConsumableResources"] > seen + 1, "on top again")
        driver.app.action_pause()
        await driver.until(lambda: driver.snapshot.is_paused, "paused")
        await driver.until(lambda: not driver.app.screen.pane.is_loading, "what was asked for")  # type: ignore[attr-defined]
        seen = calls["ListConsumableResources"]
        await driver.press(*["down", "up"] * 15)
        assert calls["ListConsumableResources"] == seen


async def test_nothing_of_it_can_be_changed_and_it_says_so(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await policies(driver)
        await driver.press("enter")
        await described(driver, "Scheduling policy")
        footer = driver.text.splitlines()[-1]
        assert "on/off" not in footer
        assert "stop" not in footer
        for key, words in (
            ("t", "Only queues and compute environments can be enabled or disabled."),
            ("equals_sign", "This has no numbers that can be changed from here."),
            ("D", "Only a revision of a job definition can be deregistered."),
            ("x", "Only jobs can be stopped."),
            ("l", "Only jobs have logs."),
            ("V", "Only job definitions have revisions"),
        ):
            await driver.press(key)
            await driver.until_text(words)
            driver.app.clear_notifications()


async def test_the_palette_goes_back_to_a_list_that_is_open(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        screen = await consumables(driver)
        await driver.press("enter")
        await described(driver, "Quantity")
        assert await consumables(driver) is screen
        await driver.press("question_mark")
        await driver.until_text("Help", "List them again")
