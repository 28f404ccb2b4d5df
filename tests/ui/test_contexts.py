"""From one account to another, and several at once: never a word of one beside a word of another."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from batchtui.context import Context
from batchtui.insight.quick import QuickWhy
from batchtui.model.job import FAILED
from batchtui.settings import Settings
from batchtui.sync.poller import UNSEEN_SECONDS
from batchtui.ui.messages import ConsoleWanted
from batchtui.ui.reach import Reach
from batchtui.ui.screens.all_jobs import AllJobsScreen
from batchtui.ui.screens.choice import ChoiceScreen
from batchtui.ui.screens.contexts import ContextsScreen
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.stop import StopScreen
from batchtui.ui.watched_account import WatchedAccount
from batchtui.ui.widgets.line_table import LineTable
from tests.ui.driver import Driver
from tests.ui.two_accounts import EAST, WEST, contexts, started, two_accounts
from tests.worlds import REGION, DemoWorld

QUICK = Settings(profile=EAST, max_calls_per_second=500.0, refresh=1.0)


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[tuple[DemoWorld, DemoWorld]]:
    with two_accounts(tmp_path) as both:
        yield both


async def choose(driver: Driver, key: str, text: str) -> None:
    await driver.press(key)
    await driver.until(lambda: isinstance(driver.app.screen, ChoiceScreen), "the list")
    await driver.until(lambda: bool(driver.app.screen.query_one("#choices-table").rows), "the names")  # type: ignore[attr-defined]
    await driver.press(*text)
    await driver.press("enter")
    await driver.until(lambda: not isinstance(driver.app.screen, ChoiceScreen), "a choice")


def asked(world: DemoWorld) -> int:
    assert world.server is not None
    return sum(world.server.calls.values())


def jobs_on_screen(driver: Driver) -> set[str]:
    return {row.job_id for row in driver.table("jobs").rows}


def has_gateway(account: WatchedAccount) -> bool:
    return account.gateway is not None


def can_change(driver: Driver) -> bool:
    return driver.app.account.acting is not None


@pytest.mark.slow
async def test_another_profile_takes_the_place_of_the_first_one(worlds: tuple[DemoWorld, DemoWorld]) -> None:
    east, west = worlds
    async with started(east, replace(QUICK, read_only_profiles=("*west",))) as driver:
        await driver.until_live()
        await driver.until_text(f"{EAST} · us-east-1 · 123456789012 (genomics)", f"only-in-{EAST}")
        assert can_change(driver)
        first = {job.job_id for job in driver.app.all_jobs()}
        old = driver.app.account
        assert old.gateway is not None
        main, gateway = driver.main, weakref.ref(old.gateway)
        client = await old.gateway.connection.client("batch")
        held, session = weakref.ref(client), client._endpoint.http_session
        # With the log, then the details, of a job open, and after a look at what the list offers.
        await driver.press("7", "enter")
        await driver.until(lambda: getattr(driver.app.screen, "is_described", False), "the details")
        await driver.press("l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "the log")
        await driver.press("P")
        await driver.until_text("nobody", WEST, "here")
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "the log again")
        await choose(driver, "P", "west")
        assert len(driver.app.screen_stack) == 1
        assert not jobs_on_screen(driver) & first
        assert EAST not in driver.text
        await driver.until_live()
        await driver.press("0")  # both say the same account number: it looks as the first was left
        await driver.until_text(f"{WEST} · us-east-1", f"only-in-{WEST}", "read-only")
        assert not can_change(driver)
        assert jobs_on_screen(driver)
        assert not jobs_on_screen(driver) & first
        assert f"only-in-{EAST}" not in driver.text
        # Nothing asks the first account any more, and nothing of it is held.
        await driver.until(lambda: not driver.app.contexts.is_ending, "the end of the first")
        assert not has_gateway(old)
        assert not session._sessions
        before, begun = asked(east), asked(west)
        await driver.press("ctrl+r")
        await driver.until(lambda: asked(west) >= begun + 5, "the second is asked")
        assert asked(east) == before
        names = {str(task.get_coro()) for task in asyncio.all_tasks()}
        assert sum("WatchedAccount" in name for name in names) <= 1
        del old, client
        gc.unfreeze()
        await driver.until(lambda: gc.collect() >= 0 and not (gateway() or held()), "nothing is held")
        assert [gateway(), held()] == [None, None]
        assert not main._jobs.table.rows  # Textual holds the first screen to the end
        assert not main._snapshot.jobs
        # The latest choice stands first; the way back is the same.
        await driver.press("P")
        await driver.until_text("here")
        rows = driver.app.screen.query_one("#choices-table", LineTable).rows
        assert (rows[0].name, rows[0].sign) == (EAST, "recent")
        await driver.press("escape")
        await choose(driver, "P", "acme-e")
        await driver.until(lambda: jobs_on_screen(driver) == first, "all jobs of the first, as before")
        await driver.until(lambda: can_change(driver), "what changes something")
        assert "read-only" not in driver.text


@pytest.mark.slow
async def test_a_profile_that_leads_nowhere_says_so_and_leads_back(worlds: tuple[DemoWorld, DemoWorld]) -> None:
    async with started(worlds[0], QUICK) as driver:
        await driver.until_live()
        # Who chooses where they are stays, in another region than the profile's too.
        await choose(driver, "R", "eu-west-2")
        await driver.until_text(f"{EAST} · eu-west-2", f"only-in-{EAST}")
        here = driver.app.account
        await choose(driver, "P", "acme-e")
        assert driver.app.account is here
        # Nobody waits in vain for what was to be told of an account that is left.
        await driver.press("0", "slash", *f"name:only-in-{EAST}", "enter", "W")
        await driver.until_text("You will be told")
        await choose(driver, "R", "us-east-1")
        await driver.until_text(f"No longer watched, for {EAST} · eu-west-2", f"was left: only-in-{EAST}.")
        await choose(driver, "P", "nobody")
        await driver.until_text("✕ no credentials", "nobody · us-east-1", "P goes to another profile")
        assert not driver.table("jobs").rows
        await choose(driver, "R", "eu-west-9")
        await driver.until_text("✕ no credentials", "eu-west-9")
        await choose(driver, "P", "acme-e")
        await driver.until_live()
        await driver.until_text(f"{EAST} · us-east-1", f"only-in-{EAST}")
        assert driver.app.failure is None


async def test_nobody_leaves_while_something_is_asked(worlds: tuple[DemoWorld, DemoWorld]) -> None:
    async with started(worlds[0], QUICK) as driver:
        await driver.until_live()
        await driver.press("5", "x")
        await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the dialog")
        assert "In acme" not in driver.text
        old = driver.app.account
        (other,) = contexts(WEST)
        driver.app.contexts.replace(other)
        await driver.until_text("A dialog is open: answer it first.")
        assert driver.app.account is old
        await driver.press("escape", "P")
        await driver.until(lambda: isinstance(driver.app.screen, ChoiceScreen), "now one may")


async def test_the_demo_account_has_no_others(worlds: tuple[DemoWorld, DemoWorld]) -> None:
    async with started(worlds[0], QUICK) as driver:
        driver.app.settings = Settings(demo=True)
        await driver.press("P")
        await driver.until_text("neither profiles nor other regions")
        await driver.press("R")
        assert not isinstance(driver.app.screen, ChoiceScreen)


@pytest.mark.slow
async def test_several_contexts_at_once(
    worlds: tuple[DemoWorld, DemoWorld], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_of: list[Reach] = []

    async def open_console(reach: Reach, event: ConsoleWanted) -> None:
        asked_of.append(reach)

    monkeypatch.setattr("batchtui.ui.open_console.open_console", open_console)
    east, west = worlds
    settings = Settings(
        contexts=contexts(EAST, WEST, "nobody"), production=("*west",), max_calls_per_second=500.0, refresh=1.0
    )
    async with started(east, settings) as driver:
        await driver.until_live()
        assert "production" not in driver.text
        listed = await driver.go("contexts", "Contexts", ContextsScreen)
        await driver.until(lambda: driver.text.count("● live") == 2, "both are live")
        await driver.until_text("▸ acme-east", "acme-west  production", "✕ no credentials", "(genomics)")
        budgets = [each.gateway.budget for each in driver.app.contexts.watched if each.gateway]
        assert len({id(budget) for budget in budgets}) == 3
        rows = {row.name: row for row in listed.pane.table.rows}
        for name, world in ((EAST, east), (WEST, west)):
            statuses = [status for queue in world.queues() for status in world.truth(queue).values()]
            assert sum(rows[name].counts or ()) == sum(status != "SUCCEEDED" for status in statuses)
            assert rows[name].calls_per_minute > 0
        # What nobody looks at is asked more slowly.
        pollers = list(driver.app.contexts.pollers)
        assert [poller._is_seen for poller in pollers] == [False, False, False]
        await driver.press("down", "enter")
        await driver.until_text(f"{WEST} · us-east-1", f"only-in-{WEST}", " production ")
        assert driver.app.screen is driver.main
        assert f"only-in-{EAST}" not in driver.text
        await driver.until(lambda: [poller._is_seen for poller in pollers] == [False, True, False], "in sight")
        # Which is no reason to call it stale.
        await driver.until(lambda: pollers[0].snapshot.unseen_interval == UNSEEN_SECONDS, "its pace is known")
        await driver.until(lambda: pollers[1].snapshot.unseen_interval == 0.0, "and that of what is looked at")
        # A dialog says where it is.
        await driver.press("5", "x")
        await driver.until_text("production  In acme-west", "123456789012 (genomics)", "Leave them")
        await driver.press("escape")
        # All jobs in one list, those that matter first; a way on leads into the job's own account.
        jobs = await driver.go("all-jobs", "Jobs of all contexts", AllJobsScreen)
        await driver.until(lambda: {row.context for row in jobs.pane.table.rows} == {EAST, WEST}, "both")
        matters = [row.job.is_active or row.job.status == FAILED for row in jobs.pane.table.rows]
        assert matters == sorted(matters, reverse=True)
        await driver.until_text("of 2 of 3 contexts", "nobody ✕ no credentials")
        # The rules know the account of each.
        line, failed = next(
            (found, row)
            for row in jobs.pane.table.rows
            if row.context == EAST and row.job.status == FAILED and (found := QuickWhy().line(row.job).text)
        )
        await driver.press("slash", *f"context:east id:{failed.job.job_id}", "enter")
        await driver.until_text(line[:24])
        # What can be asked without going there is asked there.
        told = east.submit("told-of")
        await driver.press("ctrl+r", "escape", "slash", *"name:told-of", "enter")
        await driver.until(lambda: len(jobs.pane.table.rows) == 1, "the new one")
        await driver.press("W", "o")
        there = driver.app.contexts.named(EAST)
        assert there is not None
        await driver.until(lambda: list(there.watched_jobs) == [told], "its own context looks")
        await driver.until(lambda: asked_of == [there.reach], "the page of its own region")
        assert driver.app.account.title == WEST
        east.terminate(told)
        east.advance(30)
        await driver.press("ctrl+r")
        await driver.until_text(f"Watched · {EAST}", "told-of FAILED")
        await driver.press("escape", "slash", *f"context:east name:only-in-{EAST}", "enter")
        await driver.until(lambda: len(jobs.pane.table.rows) == 1, "the one")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "its details")
        await driver.until(lambda: getattr(driver.app.screen, "is_described", False), "what AWS tells")
        await driver.until_text(f"only-in-{EAST}", "STARTING")
        assert driver.app.account.title == EAST
        assert len(driver.app.screen_stack) == 2
        await driver.press("escape")
        await driver.until_text(f"{EAST} · us-east-1")
        assert " production " not in driver.text


async def test_two_contexts_that_lead_to_the_same_place_are_one(worlds: tuple[DemoWorld, DemoWorld]) -> None:
    both = (Context(EAST, EAST), Context("again", EAST, REGION), *contexts(WEST))
    async with started(worlds[0], replace(QUICK, profile=None, contexts=both, queues=("nope",))) as driver:
        await driver.until_text(f"again leads to the same account and region as {EAST}: it is shown once.")
        assert [each.title for each in driver.app.contexts.watched] == [EAST, WEST]
        # One queue for all of several is not to be found in each.
        await driver.until_text("There is no job queue 'nope' in this account and region.")
        await driver.until(lambda: not driver.app.contexts.is_ending, "the end of the other")
        await driver.until(lambda: len(list(driver.app.contexts.pollers)) == 2, "both are asked")
