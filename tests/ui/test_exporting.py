"""Lists and screenshots as files, from the keyboard; and pages of a console that is not there."""

import csv
import json
import re
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

from batchtui.model.api_like import api_like
from batchtui.model.secrets import masked_api
from batchtui.settings import Settings
from batchtui.ui.exporting import parts_of
from batchtui.ui.panes.pane import Pane
from batchtui.ui.places import PLACES
from batchtui.ui.screens.saving import SavingScreen
from batchtui.ui.screens.text import TextScreen
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver, running
from tests.worlds import DemoWorld, demo_world

PATIENT = Settings(max_calls_per_second=50.0, refresh=3600.0)
AN_AGE = re.compile(r"[≥~]?[\d.,]+(ms|[smhdk])")


@pytest.fixture
def with_service_jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def save_as(driver: Driver, name: str, *keys: str) -> None:
    """Opens the dialog by a key, types a name and saves."""
    await driver.press(*keys)
    await driver.until(lambda: isinstance(driver.app.screen, SavingScreen), "the dialog")
    await driver.press("home", "ctrl+k", *name, "enter")


async def saved(driver: Driver) -> None:
    await driver.until(lambda: not isinstance(driver.app.screen, SavingScreen), "the end of the dialog")


async def exported(pane: Pane[object], name: str) -> str:
    rows, table = pane.rows_to_export(), pane.table
    return "".join(
        [part async for part in parts_of(rows, table.columns_in_sight, pane.fields, pane.clock(), name)]
    )


@pytest.mark.slow
async def test_what_is_shown_is_saved(demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(demo, size=(200, 45), settings=PATIENT) as driver:
        await driver.until_live()
        jobs = driver.table("jobs")
        await driver.press("7", "space", "space", "down", "space")
        marked = [job for job in jobs.rows if job.job_id in jobs.marked]
        assert len(marked) == 3
        await driver.press("ctrl+s")
        await driver.until_text("3 marked rows of Jobs", "batchtui-jobs-", ".ndjson")
        await driver.press("enter")
        await saved(driver)
        (path,) = files_in(tmp_path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        rows = list(csv.DictReader(path.read_text().splitlines()))
        assert [row["name"] for row in rows] == [job.job_name for job in marked]
        assert {row["status"] for row in rows} == {"FAILED"}
        assert all(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["created_at"]) for row in rows)
        ran = [job.stopped_at and job.started_at and (job.stopped_at - job.started_at) / 1000 for job in marked]
        assert [float(row["ran_seconds"]) if row["ran_seconds"] else None for row in rows] == ran

        await driver.press("u")
        await save_as(driver, "all.json", "ctrl+s")
        await saved(driver)
        exported = json.loads((tmp_path / "all.json").read_text())
        assert exported == [masked_api(api_like(job)) for job in jobs.rows]
        assert [each["jobArn"] for each in exported] == [job.job_arn for job in jobs.rows], "by AWS's names"

        await save_as(driver, "all.json", "ctrl+s")
        await driver.until_text("all.json exists already", "Replace it")
        assert driver.app.screen.focused is not None
        assert driver.app.screen.focused.id == "leave"
        before = (tmp_path / "all.json").read_text()
        await driver.press("escape")
        await saved(driver)
        assert (tmp_path / "all.json").read_text() == before

        (tmp_path / "all.ndjson").write_text("old")
        await save_as(driver, "all.ndjson", "ctrl+s")
        await driver.until_text("Replace it")
        await driver.press("y")
        await saved(driver)
        assert len((tmp_path / "all.ndjson").read_text().splitlines()) == len(jobs.rows)

        await save_as(driver, "nowhere/a.txt", "ctrl+s")
        await driver.until_text("must end in .csv, .json or .ndjson")
        await driver.press("home", "ctrl+k", *"nowhere/a.csv", "enter")
        await driver.until_text("Not saved: No such file or directory")
        await driver.press("escape")
        await saved(driver)

        await save_as(driver, "seen.svg", "ctrl+g")
        await saved(driver)
        picture = (tmp_path / "seen.svg").read_text()
        ElementTree.fromstring(picture)
        assert re.findall(r"@import|@font-face|href|url\((?!#)", picture) == []
        await save_as(driver, "seen.txt", "ctrl+g")
        await saved(driver)
        text = (tmp_path / "seen.txt").read_text()
        assert len(text.splitlines()) == 45
        assert "Compute environments" in text
        drawn = re.sub(r"<[^>]*>", "", picture).replace("&#160;", " ")
        assert all(word in drawn for word in ("Compute environments", "quit", jobs.rows[0].job_name)), "every line"
        assert "Screenshot" not in (tmp_path / "seen.txt").read_text().replace("Screenshot of", "")

        await driver.press("o")
        await driver.until_text("there is no console for it")
        monkeypatch.setattr("batchtui.ui.open_console.is_of_aws", lambda url: True)
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        await driver.press("o")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen), "the link")
        assert driver.app.clipboard.endswith(f"#jobs/detail/{jobs.rows[0].job_id}") or "#jobs/detail/" in (
            driver.app.clipboard
        )


EMPTY = ("history", "watched")
"""Nothing was done here, and nobody waits for an end."""
NO_LISTS = ("profiles", "regions", "past")
"""Choices that are gone with a choice; and what is not remembered."""


@pytest.mark.slow
async def test_every_list_is_exported_with_raw_values(with_service_jobs: DemoWorld) -> None:
    """Lengths of time and counts are numbers in every list, however they are shown."""
    async with running(with_service_jobs, size=(300, 45), settings=PATIENT) as driver:
        await driver.until_live()
        panes: list[tuple[str, Pane[object]]] = [("main", pane) for pane in driver.app.screen.query(Pane)]
        for place in PLACES:
            if place.name in NO_LISTS:
                continue
            driver.app.open_place(place.name)
            await driver.until(lambda: driver.app.screen is not driver.main, place.name)
            await driver.until(lambda: bool(driver.app.screen.query(Pane)), place.name)
            pane = driver.app.screen.query_one(Pane)
            if place.name not in EMPTY:
                await driver.until(partial(has_rows, pane), place.name)
                await driver.press("ctrl+s")
                await driver.until(lambda: isinstance(driver.app.screen, SavingScreen), place.name)
                await driver.press("escape")
            await check(pane, place.name)
            driver.app._go_to_main()
        for name, pane in panes:
            await check(pane, name)


def has_rows(pane: Pane[object]) -> bool:
    return bool(pane.table.rows)


async def check(pane: Pane[object], name: str) -> None:
    rows = list(csv.reader((await exported(pane, "a.csv")).splitlines()))
    assert len(rows) == len(pane.rows_to_export()) + 1, name
    header, *values = rows
    told = {(column, value) for row in values for column, value in zip(header, row, strict=True)}
    assert {each for each in told if AN_AGE.fullmatch(each[1])} == set(), name
    assert len(json.loads(await exported(pane, "a.json"))) == len(pane.rows_to_export())
