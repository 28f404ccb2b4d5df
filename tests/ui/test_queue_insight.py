"""How a queue stands, against the demo account over HTTP: what is shown and asked, and the way to the culprit."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.why import WhyScreen
from tests.conftest import use_credentials_of
from tests.matrix import slow_after
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.ui.test_out_of_sight import QUICK, Asked, a_while, settled
from tests.worlds import DemoWorld, demo_world

SNAPSHOT = "GetJobQueueSnapshot"
SIZES = slow_after(1, [(80, 24), (120, 35), (200, 50)])
TALL = (120, 70)
DENIED = {"status": 403, "code": "AccessDeniedException", "message": "not authorized to perform it"}
TRAINING = "sagemaker-training"


@pytest.fixture
def lively(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=2000, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


async def select(driver: Driver, queue: str) -> None:
    await driver.until_live()
    driver.app.go_to_queue(queue)
    await driver.until_text(f"Jobs · {queue}")


async def insight(driver: Driver, queue: str) -> DetailScreen:
    await select(driver, queue)
    await driver.press("w")
    await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
    await driver.until_text("▐Insight▌", "Drains")
    screen = driver.app.screen
    assert isinstance(screen, DetailScreen)
    return screen


async def test_everything_about_a_queue_with_fair_shares(lively: DemoWorld) -> None:
    lively.advance(1800)
    async with running(lively, settings=PATIENT, size=TALL) as driver:
        await insight(driver, "train-gpu")
        told = lively.batch.get_job_queue_snapshot(jobQueue="train-gpu")["queueUtilization"]
        used = f"{told['totalCapacityUsage'][0]['quantity']:.0f}"
        await driver.until_text("In use", f" {used} of 144 (", "Fair shares · policy ml-fair-share", "WEIGHT")
        text = driver.text
        for share in told["fairshareUtilization"]["topCapacityUtilization"]:
            (line,) = [each for each in text.splitlines() if f" {share['shareIdentifier']} " in each]
            quantity = share["capacityUsage"][0]["quantity"]
            assert f"{quantity:.0f} ({quantity / float(used):.0%})" in line
            assert set("█▉▊▋▌▍▎▏") & set(line)
        for title in ("Throughput in the last", "Times", "p50", "p99", "Trend of the session", "left;"):
            assert title in text
        jobs = driver.snapshot.jobs["train-gpu"].counts
        (pending,) = [line for line in text.splitlines() if "  PENDING " in line]
        assert f" {jobs['PENDING']} " in pending
        for line in text.splitlines():
            assert len(line.rstrip()) <= TALL[0]


async def test_everything_about_a_queue_with_quota_shares(lively: DemoWorld) -> None:
    async with running(lively, settings=PATIENT, size=TALL) as driver:
        await insight(driver, TRAINING)
        await driver.until_text("Quota shares · policy ml-quota", "lends and borrows up to 50 %")
        told = lively.batch.get_job_queue_snapshot(jobQueue=TRAINING)["queueUtilization"]
        for share in told["quotaShareUtilization"]["topCapacityUtilization"]:
            assert f"  {share['quotaShareName']}  " in driver.text
            for unit in share["capacityUsage"]:
                assert unit["capacityUnit"] in driver.text
        assert "a job waits for" in driver.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_blocked_queue_is_seen_from_the_first_screen(lively: DemoWorld, size: tuple[int, int]) -> None:
    async with running(lively, settings=PATIENT, size=size) as driver:
        await driver.until_live()
        count = sum(1 for row in driver.table("queues").rows if row.blocked)
        assert count > 1
        assert f"{count} blocked: B tells why" in driver.text, "also of rows below the edge"
        assert f"{count} blocked" in driver.text.splitlines()[0] or f"{count} queues blocked" in driver.text
        driver.app.go_to_queue("train-gpu")
        await driver.until_text("no instance is large enough")
        head = next(row.head for row in driver.table("queues").rows if row.name == "train-gpu")
        await driver.press("B")
        await driver.until(lambda: isinstance(driver.app.screen, WhyScreen), "the culprit")
        why = driver.app.screen
        assert isinstance(why, WhyScreen)
        assert why.job_id == head.job_id
        await driver.until_text("Why · evaluate-model-xxl", "No allowed instance type is large enough for it.")


async def test_from_all_queues_one_key_goes_through_those_that_are_blocked(lively: DemoWorld) -> None:
    async with running(lively, settings=PATIENT) as driver:
        await driver.until_live()
        heads = [row.head.job_id for row in driver.table("queues").rows if row.head]
        seen = []
        for _ in heads:
            await driver.press("B")
            await driver.until(lambda: isinstance(driver.app.screen, WhyScreen), "a culprit")
            assert isinstance(driver.app.screen, WhyScreen)
            seen.append(driver.app.screen.job_id)
            await driver.press("escape")
        assert seen == heads
        await driver.press("slash", *"name:portal*", "enter")
        await driver.until(lambda: len(driver.table("queues").rows) == 2, "a filter that hides them")
        await driver.until_text(f"{len(heads)} queues blocked (B)")
        await driver.press("B")
        await driver.until(lambda: isinstance(driver.app.screen, WhyScreen), "all the same")


async def test_where_no_queue_is_blocked_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=10, queues=1) as world:
        use_credentials_of(world, monkeypatch)
        async with running(world, settings=PATIENT, size=(80, 24)) as driver:
            await driver.until_live()
            await driver.press("B")
            await driver.until_text("No queue is blocked.")
            await driver.press("w")
            await driver.until_text("How the queues stand", "IN USE")
            assert "of 1 blocked" not in driver.text
            await driver.press("escape", "tab", "w")
            await driver.until_text("This is told of jobs and of queues")
            await insight(driver, "align-high")
            assert "Blocked" not in driver.text
            await driver.press("w")
            await driver.until_text("Nothing blocks this queue.")


@pytest.mark.slow
async def test_from_how_it_stands_to_the_culprit_and_back(lively: DemoWorld) -> None:
    async with running(lively, settings=PATIENT, size=(80, 24)) as driver:
        screen = await insight(driver, "train-gpu")
        await driver.until_text("! Blocked", "waits for ", "; at the head since")
        await driver.press("w")
        await driver.until(lambda: isinstance(driver.app.screen, WhyScreen), "the culprit")
        await driver.press("escape")
        assert driver.app.screen is screen
        await driver.press("3")
        await driver.until(lambda: getattr(driver.app.screen, "kind", "") == "job", "its details")
        await driver.until_text("evaluate-model-xxl")


@pytest.mark.slow
async def test_it_asks_once_an_interval_and_only_while_it_is_seen(lively: DemoWorld) -> None:
    async with running(lively, settings=QUICK, size=TALL) as driver:
        await driver.until_live()
        asked = Asked(lively)
        await insight(driver, "train-gpu")
        await driver.until(lambda: asked.count(SNAPSHOT) >= 3, "it stays true")
        assert asked.count("DescribeSchedulingPolicies") == 1
        await settled(driver, asked)
        await a_while(driver)
        assert asked.count(SNAPSHOT) <= 3, "two intervals"
        await driver.press("question_mark")
        await settled(driver, asked)
        await a_while(driver)
        assert not asked.count(SNAPSHOT), "nothing while it is covered"
        await driver.press("escape", "left")
        await driver.until_text("▐Overview▌")
        await settled(driver, asked)
        await a_while(driver)
        assert not asked.count(SNAPSHOT), "nothing for a tab that is not shown"
        await driver.press("right")
        await driver.until(lambda: asked.count(SNAPSHOT) > 0, "it is shown again")
        await driver.press("p")
        await driver.until_text("‖ paused")
        await settled(driver, asked)
        await a_while(driver)
        assert not asked.operations, "nothing while polling is paused"


async def test_opened_while_polling_is_paused(lively: DemoWorld) -> None:
    async with running(lively, settings=PATIENT, size=TALL) as driver:
        await select(driver, "train-gpu")
        await driver.press("p")
        asked = Asked(lively)
        await driver.press("w")
        await driver.until_text("Polling is paused, so AWS was not asked: ctrl+r asks once.", "Throughput")
        assert not asked.operations
        await driver.press("ctrl+r")
        await driver.until_text(" of 144 (")
        assert asked.count(SNAPSHOT) == 1


async def test_what_is_denied_is_said_in_its_place_and_the_rest_stays(lively: DemoWorld) -> None:
    async with running(lively, settings=replace(QUICK), size=TALL) as driver:
        await driver.until_live()
        lively.faults.append(lambda name: None)
        lively.fault(SNAPSHOT, **DENIED)
        asked = Asked(lively)
        lively.faults.pop()
        await insight(driver, "train-gpu")
        await driver.until_text("GetJobQueueSnapshot is denied: not authorized to perform it.", "At least ")
        for title in ("Drains", "Throughput", "p90", "Trend of the session", "Fair shares", "not told"):
            assert title in driver.text
        assert not asked.operations
        counted = Asked(lively)
        await a_while(driver)
        await a_while(driver)
        assert not counted.count(SNAPSHOT), "what is denied is not asked for again and again"
        lively.heal()
        await driver.press("ctrl+r")
        await driver.until_text(" of 144 (")
        assert "denied" not in driver.text


async def test_the_policy_may_be_denied_alone(lively: DemoWorld) -> None:
    async with running(lively, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        lively.fault("DescribeSchedulingPolicies", "ListQuotaShares", **DENIED)
        await insight(driver, TRAINING)
        await driver.until_text(
            "DescribeSchedulingPolicies is denied", "ListQuotaShares is denied", "its limit is not known"
        )
        await driver.press("escape")
        await insight(driver, "train-gpu")
        await driver.until_text("Shares", "DescribeSchedulingPolicies is denied", " of 144 (")


@pytest.mark.slow
async def test_the_trend_grows_with_the_session(lively: DemoWorld) -> None:
    async with running(lively, settings=QUICK, size=TALL) as driver:
        await insight(driver, "qc-fargate")

        def trend() -> str:
            found = [each for each in driver.text.splitlines() if "  SUCCEEDED " in each]
            return found[0] if "Trend of the session" in driver.text else ""

        for _ in range(60):
            lively.advance(20)
            before = driver.snapshot
            await driver.until(lambda before=before: driver.snapshot is not before, "news")  # type: ignore[misc]
            if sum(trend().count(step) for step in "▁▂▃▄▅▆▇█") > 30:
                break
        await driver.until_text("Trend of the session", "Each line from its lowest count to its highest.")
        line = trend()
        assert sum(line.count(step) for step in "▁▂▃▄▅▆▇█") > 30
        assert "▁" in line
        assert set("█▉▊▋▌▍▎▏") & set(line)
        assert " to " in line


async def test_thousands_of_jobs_are_counted_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=5000, queues=1) as world:
        use_credentials_of(world, monkeypatch)
        async with running(world, settings=PATIENT, size=TALL) as driver:
            await insight(driver, "align-high")
            await driver.until_text("Throughput in the last", "p50", " left")
            assert len(driver.snapshot.jobs["align-high"].jobs) > 2000


async def test_the_way_from_an_environment_to_how_its_queue_stands(lively: DemoWorld) -> None:
    async with running(lively, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        driver.app.open_detail("environment", "spot", "spot")
        await driver.until_text("Go to")
        await driver.press("f")
        await driver.until_text("align-high")
        await driver.press("w")
        await driver.until_text("▐Insight▌", "The limit is shared with")
