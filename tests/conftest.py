"""What every test starts from: no AWS configuration of this machine, and accounts on loopback."""

import gc
import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.httpsession import get_cert_path
from hypothesis import settings
from textual import _wait

from batchtui.ui import keys_in_order
from tests.styles_read_once import read_once
from tests.worlds import REGION, DemoWorld, World, demo_world, moto_world

# The same examples on every machine, so that a change is judged by itself; `make fuzz` looks for new ones.
# How long an example takes is the machine's affair: pytest's own time limit ends what hangs.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", print_blob=True, deadline=None)
settings.register_profile("mutants", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("same")


# Textual's pilot waits for a fiftieth of a second at least, twice for each key: most of what these tests took.
_wait.SLEEP_GRANULARITY = 1 / 250
_wait.SLEEP_IDLE = _wait.SLEEP_GRANULARITY / 4
# And it types the next key sooner than anybody could, and looks as soon as all is quiet.
keys_in_order.ALONE_SECONDS = 0.0
read_once()

# A shell starts what runs in its background with Ctrl-C ignored, and the programs of these tests would be, too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_FROZEN_TESTS = 20  # how many may leave their garbage behind: walking all of it takes as long as a short test
_left_frozen = 0


@pytest.fixture(scope="session")
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One certificate for what makes connections: nothing here is asked by TLS, and to read all takes 30 ms."""
    end = "-----END CERTIFICATE-----\n"
    found = tmp_path_factory.mktemp("authorities") / "one.pem"
    found.write_text(Path(get_cert_path(True)).read_text().partition(end)[0] + end)
    return found


_SELDOM = (50_000, 20, 50)
"""When cycles are looked for: at Python's own pace that takes an eighth of the suite's time."""


@pytest.fixture(autouse=True)
def what_was_frozen_goes() -> Iterator[None]:
    """The app sets aside what lives when it starts as living to the end; in a test it does not.

    Without this each worker keeps every app that it ever started, and takes gigabytes.
    """
    global _left_frozen
    gc.set_threshold(*_SELDOM)
    yield
    if gc.get_threshold() != _SELDOM:  # as the app does when it sets aside; to count what is frozen takes 50 ms
        _left_frozen += 1
    if _left_frozen >= _FROZEN_TESTS:
        _left_frozen = 0
        gc.unfreeze()
        gc.collect()
        gc.freeze()  # modules, which need not be walked again


@pytest.fixture(autouse=True)
def no_aws_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, one_authority: Path) -> None:
    """No profile, no credentials, no instance metadata, no configuration file and no log of this machine."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "BATCHTUI_")) or name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("TMUX", raising=False)  # a test must not write into a real clipboard
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(one_authority))


def use_credentials_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard chain finds the account's credentials in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", world.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", world.secret_access_key)
    monkeypatch.setenv("AWS_REGION", REGION)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    """The demo account with 400 jobs and a clock that stands still."""
    with demo_world() as world:
        use_credentials_of(world, monkeypatch)
        yield world


@pytest.fixture(params=["demo", "moto"])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The same test against the demo account and against moto's server."""
    with demo_world() if request.param == "demo" else moto_world() as world:
        use_credentials_of(world, monkeypatch)
        yield world


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """A command in this process leaves the logger as it was."""
    logger = logging.getLogger("batchtui")
    before = logger.handlers[:]
    yield
    for handler in logger.handlers:
        if handler not in before:
            handler.close()
    logger.handlers = before
    logger.propagate = True
