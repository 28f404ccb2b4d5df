"""Over SSH what AWS tells is shown a few times a second at most, and always the newest of it."""

import pytest
from textual.message import Message

from batchtui.slow_link import spare_the_link
from batchtui.ui.app import BatchtuiApp
from tests.ui.driver import running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld


@pytest.mark.parametrize(("connection", "shown"), [("", 30), ("192.0.2.1 50000 192.0.2.2 22", 1)])
async def test_a_burst_of_news_is_one_refresh(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch, connection: str, shown: int
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", connection)
    news: list[Message] = []

    def note(message: Message) -> None:
        if isinstance(message, BatchtuiApp.Published) and message not in news:
            news.append(message)

    async with running(demo, settings=PATIENT, on_message=note) as driver:
        await driver.until_live()
        await driver.until(lambda: not driver.app._news.is_waiting, "nothing is waiting")
        news.clear()
        posted: list[Message] = []
        post = driver.app.post_message

        def post_and_note(message: Message) -> bool:
            posted.append(message)
            return post(message)

        monkeypatch.setattr(driver.app, "post_message", post_and_note)
        for _ in range(30):
            driver.app.heard_of(driver.app.account)
        count = sum(isinstance(message, BatchtuiApp.Published) for message in posted)
        assert count == shown or (connection and not count)
        await driver.until(lambda: not driver.app._news.is_waiting and bool(news), "the newest is shown")
        newest = news[-1]
        assert isinstance(newest, BatchtuiApp.Published)
        assert newest.account is driver.app.account


def test_what_a_person_has_set_stays() -> None:
    at_home: dict[str, str] = {}
    spare_the_link(at_home)
    assert at_home == {}
    remote = {"SSH_CONNECTION": "a b c d", "TEXTUAL_FPS": "60"}
    spare_the_link(remote)
    assert (remote["TEXTUAL_FPS"], remote["TEXTUAL_ANIMATIONS"]) == ("60", "none")
