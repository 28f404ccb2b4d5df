"""Two accounts, each behind a profile of the shared configuration, and the app on one of them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from batchtui.cli import account_of
from batchtui.context import Context
from batchtui.settings import Settings
from batchtui.ui.app import BatchtuiApp
from tests.ui.drawing import draw, drawn_when_looked_at
from tests.ui.driver import Driver
from tests.worlds import REGION, DemoWorld, demo_world

EAST, WEST = "acme-east", "acme-west"
"""The profiles."""


@contextmanager
def two_accounts(directory: Path) -> Iterator[tuple[DemoWorld, DemoWorld]]:
    """The accounts of ``EAST`` and ``WEST``, with a job of its own in each, and profiles that lead nowhere."""
    with ExitStack() as stack:
        worlds = [stack.enter_context(demo_world(jobs=60, seed=seed)) for seed in (1, 2)]
        lines = [f"[profile nobody]\nregion = {REGION}\n", "[profile no-region]\n"]
        for name, world in zip((EAST, WEST), worlds, strict=True):
            world.submit(f"only-in-{name}")
            lines.append(
                f"[profile {name}]\nregion = {REGION}\nendpoint_url = {world.url}\n"
                f"aws_access_key_id = {world.access_key_id}\naws_secret_access_key = {world.secret_access_key}\n"
            )
        (directory / "aws-config").write_text("".join(lines))
        yield worlds[0], worlds[1]


def contexts(*names: str) -> tuple[Context, ...]:
    """A context for each of these profiles."""
    return tuple(Context(name, name, REGION) for name in names)


@asynccontextmanager
async def started(
    world: DemoWorld, settings: Settings, size: tuple[int, int] = (160, 45)
) -> AsyncIterator[Driver]:
    """The app through nothing but profiles."""
    app = BatchtuiApp(settings, account_of(settings), clock=world.clock.now)
    with drawn_when_looked_at():
        async with app.run_test(size=size, notifications=True) as pilot:
            yield Driver(app, pilot)
            draw(app)
