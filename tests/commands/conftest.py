"""The commands as a user has them: words in, lines and an exit status out."""

from collections.abc import Iterator

import pytest

from tests.commands.running import Said, run
from tests.conftest import use_credentials_of
from tests.worlds import DemoWorld, demo_world


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch, quiet_log: None) -> None:
    """What is waited for comes at once here, or never."""
    monkeypatch.setattr("batchtui.commands.job_log.LATE_SECONDS", 0.2)
    monkeypatch.setattr("batchtui.commands.watch._SECONDS_UNTIL_KNOWN", (0.05, 0.05))
    monkeypatch.setattr("batchtui.sync.sources.FIRST_BACKOFF_SECONDS", 0.05)
    monkeypatch.setattr("batchtui.logs.follower._BACKOFF_SECONDS", (0.05, 0.1))


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    """The demo account with everything that it can have; it is where the standard chain leads."""
    with demo_world(service_jobs=True, cohorts=True) as world:
        use_credentials_of(world, monkeypatch)
        monkeypatch.setenv("AWS_ENDPOINT_URL", world.url)
        monkeypatch.setenv("BATCHTUI_MAX_CALLS_PER_SECOND", "50")
        yield world


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Said:
    """Runs a command and tells what it said."""
    return lambda *args: run(capfd, *args)
