"""The list of job definitions: every name once, filtered, sorted, and a way to the details."""

import pytest

from batchtui.settings import Settings
from batchtui.ui.screens.definitions import DefinitionsScreen
from tests.contract.test_job_definitions import register_many
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld


async def open_definitions(driver: Driver) -> DefinitionsScreen:
    """Goes there as a person does, by the palette, and waits until the list is open."""
    return await driver.go("definitions", "All active ones, and new jobs from them", DefinitionsScreen)


async def all_definitions(driver: Driver) -> DefinitionsScreen:
    """The same, and waits until everything is listed."""
    screen = await open_definitions(driver)
    await driver.until(lambda: not screen.pane.is_loading and bool(screen.pane.table.rows), "all of it")
    return screen


def latest(demo: DemoWorld) -> dict[str, int]:
    """By name the latest ACTIVE revision, as boto3 pages through them."""
    found: dict[str, int] = {}
    for page in demo.batch.get_paginator("describe_job_definitions").paginate(status="ACTIVE"):
        for each in page["jobDefinitions"]:
            name = each["jobDefinitionName"]
            found[name] = max(found.get(name, 0), each["revision"])
    return found


def shown(screen: DefinitionsScreen) -> dict[str, int | None]:
    return {row.name: row.revision for row in screen.pane.table.rows}


async def test_each_name_is_there_once_with_its_latest_active_revision(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        screen = await all_definitions(driver)
        assert shown(screen) == latest(demo)
        assert shown(screen)["star-rnaseq"] == 4, "revision 5 is not active"
        lines = {line.split()[1]: line for line in driver.text.splitlines() if line.count(" ") > 3}
        assert "container" in lines["bwa-mem2-align"]
        assert "15 GiB" in lines["bwa-mem2-align"]
        assert "FARGATE" in lines["fastqc"]
        assert "multi-node" in lines["train-variant-ddp"]
        assert " 48 " in lines["train-variant-ddp"], "four nodes of twelve"
        assert "multi-container" in lines["annotate-vep"]
        assert "vep:113 +2" in lines["annotate-vep"]
        assert lines["portal-export"].count("EKS") == 2


@pytest.mark.slow
async def test_it_is_filtered_by_field_and_sorted(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        screen = await all_definitions(driver)
        every = len(screen.pane.table.rows)
        for text, expected in (
            ("platform:fargate", {"fastqc", "multiqc-report"}),
            ("type:multi-node", {"train-variant-ddp"}),
            ("tag:team=ml vcpus>4", {"train-variant-ddp"}),
            ("tag:team=portal memory>=4096", {"portal-export"}),
            ("image:star", {"star-rnaseq"}),
            ("name:bwa*", {"bwa-mem2-align"}),
        ):
            await driver.press("slash", *text)
            assert set(shown(screen)) == expected, text
            await driver.press("escape")
            assert len(screen.pane.table.rows) == every
        await driver.press("s", "S")
        names = [row.name for row in screen.pane.table.rows]
        assert names == sorted(names, reverse=True)
        await driver.press("escape")
        assert not isinstance(driver.app.screen, DefinitionsScreen)


async def test_what_cannot_be_found_teaches(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await all_definitions(driver)
        await driver.press("slash", *"nothing-like-it", "enter")
        await driver.until_text("Nothing matches the filter; esc clears it")


async def test_details_json_and_copies(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        screen = await all_definitions(driver)
        await driver.press("slash", *"fastqc", "enter")
        row = screen.pane.table.cursor_row
        assert row is not None
        await driver.press("c")
        assert driver.app.clipboard == "fastqc:9"
        await driver.press("C")
        assert driver.app.clipboard == row.arn
        await driver.press("enter")
        await driver.until_text("▐Overview▌", str(row.arn))
        await driver.press("escape", "y")
        await driver.until_text("▐JSON▌", '"jobDefinitionName": "fastqc"')
        await driver.press("escape")
        assert isinstance(driver.app.screen, DefinitionsScreen)
        assert screen.pane.table.cursor_row is row


async def test_a_refusal_is_told_and_what_was_there_stays(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        refused = {"status": 403, "code": "AccessDeniedException", "message": "no definitions for you"}
        demo.fault("DescribeJobDefinitions", **refused)
        screen = await open_definitions(driver)
        await driver.until_text("no definitions for you", "AWS has told none: above stands why.")
        assert "There is no active job definition" not in driver.text
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: shown(screen) == latest(demo), "they come")
        assert "no definitions for you" not in driver.text
        demo.fault("DescribeJobDefinitions", **refused)
        await driver.press("ctrl+r")
        await driver.until_text("no definitions for you")
        demo.heal()
        assert shown(screen) == latest(demo)


async def test_an_account_without_any_says_so(demo: DemoWorld) -> None:
    assert demo.account is not None
    async with running(demo, settings=PATIENT) as driver:
        demo.account.catalogue.definitions.clear()
        screen = await open_definitions(driver)
        await driver.until_text("There is no active job definition in this account and region.")
        assert not screen.pane.is_loading


@pytest.mark.slow
async def test_a_long_list_grows_page_by_page_and_one_can_leave_it(demo: DemoWorld) -> None:
    register_many(demo, 600)
    assert demo.server is not None
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=3600.0)) as driver:
        await driver.until_live()
        demo.fault("DescribeJobDefinitions", delay=0.5)
        screen = await open_definitions(driver)
        await driver.until(lambda: len(screen.pane.table.rows) > 0, "the first page")
        assert screen.pane.is_loading
        assert "loading" in driver.text
        await driver.press("escape")
        assert driver.app.screen is not screen
        demo.heal()
        screen = await all_definitions(driver)
        assert shown(screen) == latest(demo)
        assert len(shown(screen)) > 50


async def test_what_is_gone_goes_with_the_next_listing(demo: DemoWorld) -> None:
    assert demo.account is not None
    async with running(demo, settings=PATIENT) as driver:
        screen = await all_definitions(driver)
        for definition in demo.account.catalogue.revisions("fastqc"):
            definition.status = "INACTIVE"
        await driver.press("ctrl+r")
        await driver.until(lambda: "fastqc" not in shown(screen), "it is gone")
        assert shown(screen) == latest(demo)
