"""All revisions of a job definition, and what differs between two of them."""

from typing import Any

import pytest

from batchtui.settings import Settings
from batchtui.ui.screens.definition_diff import DefinitionDiffScreen
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.revisions import RevisionsScreen
from tests.contract.test_job_definitions import register_many
from tests.matrix import slow_after
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT, find, open_job
from tests.ui.test_definition_list import all_definitions
from tests.worlds import DemoWorld

SIZES = slow_after(1, [(80, 24), (120, 35), (200, 50)])


async def revisions_of(driver: Driver, name: str) -> RevisionsScreen:
    """Goes there from the list of definitions, and waits until all of them are listed."""
    await all_definitions(driver)
    await driver.press("slash", *name, "enter", "V")
    return await listed(driver)


async def listed(driver: Driver) -> RevisionsScreen:
    await driver.until(lambda: isinstance(driver.app.screen, RevisionsScreen), "the revisions")
    screen = driver.app.screen
    assert isinstance(screen, RevisionsScreen)
    await driver.until(lambda: bool(screen.pane.table.rows) and not screen.pane.is_loading, "all of them")
    return screen


async def difference(driver: Driver) -> DefinitionDiffScreen:
    await driver.press("V")
    await driver.until(lambda: isinstance(driver.app.screen, DefinitionDiffScreen), "the difference")
    screen = driver.app.screen
    assert isinstance(screen, DefinitionDiffScreen)
    return screen


def shown(screen: RevisionsScreen) -> list[int | None]:
    return [row.definition.revision for row in screen.pane.table.rows]


@pytest.mark.parametrize("size", SIZES)
async def test_every_revision_is_there_newest_first_with_what_it_changed(
    demo: DemoWorld, size: tuple[int, int]
) -> None:
    async with running(demo, settings=PATIENT, size=size) as driver:
        screen = await revisions_of(driver, "bwa-mem2")
        assert shown(screen) == [7, 6, 5]
        lines = {line.split()[1]: line for line in driver.text.splitlines() if "align:2." in line}
        assert "ACTIVE" in lines["7"]
        assert "INACTIVE" in lines["5"]
        assert "image, environment" in lines["7"]
        assert "MEMORY" in lines["6"] or size[0] == 80
        assert "the first" in lines["5"]
        await driver.press("slash", *"status:inactive")
        assert shown(screen) == [5]
        await driver.press("escape", "slash", *"revision>5", "enter")
        assert shown(screen) == [7, 6]
        await driver.press("escape", "escape")
        assert not isinstance(driver.app.screen, RevisionsScreen)


async def test_the_one_under_the_cursor_against_the_one_before_and_on_from_there(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await revisions_of(driver, "bwa-mem2")
        await difference(driver)
        await driver.until_text("bwa-mem2-align:6  →  bwa-mem2-align:7", "~ containerProperties.image")
        assert "align:2.6.1" in driver.text
        assert "align:2.7.1" in driver.text
        assert "[MEMORY]" not in driver.text
        await driver.press("left_square_bracket")
        await driver.until_text("bwa-mem2-align:5 INACTIVE  →  bwa-mem2-align:6", "[MEMORY]", "− 12288", "+ 15360")
        await driver.press("left_square_bracket")
        await driver.until_text("There is no older one to compare with.")
        await driver.press("right_square_bracket", "c")
        assert driver.app.clipboard.startswith("bwa-mem2-align:6  →  bwa-mem2-align:7\n")
        assert "    − 123456789012.dkr.ecr.us-east-1.amazonaws.com/align:2.6.1\n" in driver.app.clipboard
        await driver.press("slash", *"environment", "enter", "question_mark")
        await driver.until_text("What the revision before changed")
        await driver.press("escape", "escape", "escape")
        assert isinstance(driver.app.screen, RevisionsScreen)


async def test_two_marked_ones_are_compared_the_older_first(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        screen = await revisions_of(driver, "bwa-mem2")
        await driver.press("space", "down", "space")
        await difference(driver)
        await driver.until_text("bwa-mem2-align:5 INACTIVE  →  bwa-mem2-align:7", "align:2.5.1", "align:2.7.1")
        await driver.press("left_square_bracket")
        await driver.until_text("These two were marked")
        await driver.press("escape", "u", "G", "space", "g")
        assert screen.pane.table.marked == {"bwa-mem2-align:5"}
        await difference(driver)
        await driver.until_text("bwa-mem2-align:5 INACTIVE  →  bwa-mem2-align:7")
        await driver.press("escape", "space", "space", "V")
        await driver.until_text("Two can be compared, not 3")
        await driver.press("u", "G", "V")
        await driver.until_text("AWS tells of no revision before this one")


async def test_secrets_are_masked_until_asked_for(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await revisions_of(driver, "bwa-mem2")
        await difference(driver)
        await driver.until_text("[DB_PASSWORD]", "another value behind the mask")
        assert "hunter2" not in driver.text
        await driver.press("c")
        assert "hunter2" not in driver.app.clipboard
        await driver.press("v")
        await driver.until_text("hunter2-2026", "hunter2-demo")
        await driver.press("v")
        await driver.until(lambda: "hunter2" not in driver.text, "masked again")


async def test_from_the_details_and_back_to_them(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", "fastqc:8", "fastqc:8")
        await driver.until_text("▐Overview▌", "V revisions")
        await driver.press("V")
        screen = await listed(driver)
        assert shown(screen) == [9, 8, 7]
        row = screen.pane.table.cursor_row
        assert row is not None
        assert row.definition.revision == 8, "where one came from"
        await difference(driver)
        await driver.until_text("fastqc:7  →  fastqc:8", "retryStrategy.attempts")
        await driver.press("escape", "c")
        assert driver.app.clipboard == "fastqc:8"
        await driver.press("C")
        assert driver.app.clipboard.endswith("job-definition/fastqc:8")
        await driver.press("g", "enter")
        await driver.until_text("fastqc:9  job definition", "▐Overview▌")
        await driver.press("V")
        await driver.until(lambda: driver.app.screen is screen, "there is one list of them, not two")
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
        driver.app.open_detail("queue", "align-high", "align-high")
        await driver.until_text("Priority")
        await driver.press("V")
        await driver.until_text("Only job definitions have revisions, and jobs that were made from one.")


async def test_from_a_job_to_the_revisions_of_its_definition(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        used = "gatk-haplotypecaller:12"
        await open_job(driver, find(demo, driver, lambda job: job["jobDefinition"].endswith(used)))
        await driver.press("V")
        screen = await listed(driver)
        assert shown(screen) == [12, 11, 10]
        assert screen.pane.table.cursor_row is not None
        assert screen.pane.table.cursor_row.key == used
        await difference(driver)
        await driver.until_text("gatk-haplotypecaller:11  →  gatk-haplotypecaller:12")
        await driver.press("escape", "escape")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the job")


async def test_the_only_revision_is_said_to_be_the_only_one(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await revisions_of(driver, "cram-archive")
        await driver.press("V")
        await driver.until_text("AWS tells of no revision before this one, and of none after it.")


async def test_from_a_revision_to_a_new_job_unless_it_is_inactive(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await revisions_of(driver, "bwa-mem2")
        await driver.press("G", "n")
        await driver.until_text("bwa-mem2-align:5 is INACTIVE: no job can be submitted with it.")
        await driver.press("up", "n")
        await driver.until_text("bwa-mem2-align:6", "Time-out")


@pytest.mark.slow
async def test_a_refusal_is_told_and_what_was_there_stays(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        screen = await revisions_of(driver, "fastqc")
        demo.fault("DescribeJobDefinitions", status=403, code="AccessDeniedException", message="no more for you")
        await driver.press("ctrl+r")
        await driver.until_text("no more for you")
        assert shown(screen) == [9, 8, 7]
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: "no more for you" not in driver.text, "it is well again")


@pytest.mark.slow
async def test_a_thousand_revisions_come_in_pages_up_to_a_bound(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RevisionsScreen, "MOST", 300)
    register_many(demo, 40 * 450)
    assert demo.server is not None
    settings = Settings(max_calls_per_second=50.0, refresh=3600.0)
    async with running(demo, settings=settings) as driver:
        await all_definitions(driver)
        before = demo.server.calls["DescribeJobDefinitions"]
        await driver.press("slash", *"name:many-11", "enter", "V")
        screen = await listed(driver)
        await driver.until_text("There are more than 300 revisions: these are the first.")
        assert demo.server.calls["DescribeJobDefinitions"] == before + 3
        assert len(shown(screen)) == 300


async def test_read_only_there_is_no_new_job(demo: DemoWorld) -> None:
    settings = Settings(max_calls_per_second=50.0, refresh=3600.0, read_only=True)
    async with running(demo, settings=settings) as driver:
        await revisions_of(driver, "fastqc")
        assert "new job" not in driver.text.splitlines()[-1]
        assert "V diff" in driver.text.splitlines()[-1]
        before: Any = driver.app.screen
        await driver.press("n")
        assert driver.app.screen is before
