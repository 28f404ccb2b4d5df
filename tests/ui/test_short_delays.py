"""Delays that are over before they begin: Textual's timers would hold the event loop for ever, or never go off."""

import itertools
import time

import pytest
import textual.notifications
from textual.widgets._toast import Toast

from batchtui.slow_link import SHORTEST_INTERVAL
from batchtui.ui.news import News
from tests.matrix import slow_after
from tests.ui.driver import running
from tests.worlds import DemoWorld


@pytest.mark.timeout(60)
@pytest.mark.parametrize("looks", slow_after(2, range(1, 9)))
async def test_the_time_of_a_toast_runs_out_while_it_is_made(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    """The clock goes on by a second with each look at it, and the time is up after so many looks."""
    began, steps = time.time(), itertools.count()
    async with running(demo) as driver:
        with monkeypatch.context() as patch:
            patch.setattr(textual.notifications, "time", lambda: began + next(steps))
            driver.app.notify("[b]bold[/b]", timeout=looks - 0.5)
            await driver.until(lambda: next(steps) > looks, "the time is up")
        await driver.until(lambda: not driver.app.screen.query(Toast), "the toast is gone")


async def test_nothing_that_is_told_is_markup(demo: DemoWorld) -> None:
    async with running(demo) as driver:
        for tell in (driver.app.notify, driver.app.screen.notify):
            tell("[b]bold[/b] [/nothing]")
        await driver.until(lambda: driver.text.count("[b]bold[/b] [/nothing]") == 2, "both are told")


async def test_news_with_hardly_any_delay_are_told(demo: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    async with running(demo) as driver:
        news = News(driver.app, lambda: told.append("told"))
        monkeypatch.setattr("batchtui.ui.news.monotonic", lambda: SHORTEST_INTERVAL - 1e-12)
        news.heard()
        assert news.is_waiting
        await driver.until(lambda: told == ["told"], "the news are told")
