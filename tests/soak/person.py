"""Somebody at the keyboard, as a seed has it: opens and leaves, sorts, filters, marks, stops, submits, resizes."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random

from textual.pilot import Pilot

from batchtui.ui.app import BatchtuiApp
from batchtui.ui.keys import (
    DETAIL_KEYS,
    LIST_KEYS,
    LOG_KEYS,
    LOG_LINE_KEYS,
    MAIN_KEYS,
    READ_KEYS,
    SEARCH_KEYS,
    STATUS_KEYS,
    WHY_KEYS,
)
from batchtui.ui.places import PLACES
from batchtui.ui.screens.choice import ChoiceScreen
from batchtui.ui.screens.dialog import Dialog
from batchtui.ui.screens.stop import StopScreen
from batchtui.ui.screens.submit import SubmitScreen
from tests.ui.drawing import draw

_NOT_PRESSED = frozenset({"ctrl+z", "ctrl+c", "ctrl+q", "q", "p", "e"})
"""What ends the program, or lends the terminal to another; pausing has a turn of its own."""
_KEYS = tuple(
    key
    for group in (
        *(LIST_KEYS, MAIN_KEYS, STATUS_KEYS, READ_KEYS, SEARCH_KEYS),
        *(DETAIL_KEYS, LOG_KEYS, LOG_LINE_KEYS, WHY_KEYS),
    )
    for each in group
    for key in each.keys.split(",")
    if key not in _NOT_PRESSED
)
_FILTERS = (
    "status:failed",
    "age>2h",
    "name:*align*",
    "/s-0[1-4]/",
    "!status:running",
    "vcpus>=4",
    "exit:",
    "zz",
    "[b",
)
_SIZES = ((80, 24), (120, 35), (200, 50), (160, 45), (40, 12), (20, 5))
_LONGEST_WAIT = 90.0  # seconds that a dialog may take with AWS as it is
_DEEPEST = 6


class Person:
    """Does one thing after another.

    Args:
        app: What is before them.
        pilot: Their hands.
        chance: What all follows from.
    """

    def __init__(self, app: BatchtuiApp, pilot: Pilot[None], chance: Random) -> None:
        self.journal: list[str] = []
        """What was done, for who has to find out."""
        self.agreed: Counter[str] = Counter()
        """How often each kind of dialog was told to go on; of what is submitted, once for each job."""
        self.chosen: set[str] = set()
        """Jobs that were named by a dialog that was told to stop them."""
        self._app, self._pilot, self._chance = app, pilot, chance
        self._turns: tuple[tuple[int, Callable[[], Awaitable[None]]], ...] = (
            (20, self._any_keys),
            (8, self._filter),
            (6, self._look_closer),
            (6, self._act),
            (4, self._go_somewhere),
            (3, self._resize),
            (3, self._refresh),
            (2, self._pause),
            (1, self._go_home_by_queue),
        )

    async def act(self) -> None:
        """Does something, and waits a while."""
        weights, turns = zip(*self._turns, strict=True)
        (turn,) = self._chance.choices(turns, weights)
        self.journal.append(turn.__name__)
        await turn()
        if isinstance(self._app.screen, Dialog):
            await self._decide()
        if len(self._app.screen_stack) > _DEEPEST:
            await self.go_home()
        draw(self._app)
        await asyncio.sleep(self._chance.choice((0.1, 1.0, 5.0, 30.0, 60.0)))

    async def go_home(self) -> None:
        """Back to the lists, without filter, with polling."""
        for _ in range(60):
            if self._app.screen is self._app._main:
                break
            await self._press("escape")
            await asyncio.sleep(1.0)
        else:
            raise AssertionError(f"there is no way back from {self._app.screen_stack}")
        await self._press("escape", "escape", "escape", "u")
        if self._app.snapshot.is_paused:
            self._app.action_pause()

    async def _press(self, *keys: str) -> None:
        for key in keys:
            if key == "enter" and isinstance(self._app.screen, ChoiceScreen):
                key = "escape"  # another account knows nothing of this one's jobs
            self.journal.append(key)
            await self._pilot.press(key)

    async def _any_keys(self) -> None:
        for key in self._chance.choices(_KEYS, k=self._chance.randint(1, 6)):
            if isinstance(self._app.screen, Dialog):
                return
            await self._press(key)
            await asyncio.sleep(self._chance.choice((0.0, 0.3)))

    async def _filter(self) -> None:
        await self._press(
            "slash", *_characters(self._chance.choice(_FILTERS)), self._chance.choice(("enter", "escape"))
        )

    async def _look_closer(self) -> None:
        await self._press(self._chance.choice(("j", "k", "pagedown", "G", "g")), self._chance.choice("dlwabyfVN"))
        await asyncio.sleep(self._chance.choice((0.2, 10.0)))
        await self._press(self._chance.choice(("right", "left", "j", "1", "2", "pagedown", "escape")))

    async def _act(self) -> None:
        await self.go_home()
        match self._chance.choice(("stop", "stop some", "resubmit", "resubmit some", "state", "numbers")):
            case "stop":
                await self._press(self._chance.choice("3459"), "j", "x")
            case "stop some":
                await self._press(self._chance.choice("3459"), "space", "space", "space", "x")
            case "resubmit":
                await self._press(self._chance.choice("67"), "j", "r")
            case "resubmit some":
                await self._press(self._chance.choice("67"), "space", "space", "r")
            case "state":
                await self._go_home_by_queue()
                await self._press("t")
            case _:
                await self._go_home_by_queue()
                await self._press("equals_sign")
        await self._until_dialog(True, 5.0)

    async def _decide(self) -> None:
        """Goes on or leaves, and waits for what then comes; at the end the dialog is gone."""
        await asyncio.sleep(self._chance.choice((0.0, 5.0)))
        for _ in range(self._chance.randint(1, 2)):
            screen = self._app.screen
            if isinstance(screen, Dialog) and self._chance.random() < 0.75:
                self._agree(screen)
                await self._press("y")
                await self._until_dialog(False, self._chance.choice((0.0, 2.0, _LONGEST_WAIT)))
        for _ in range(30):
            if not isinstance(self._app.screen, Dialog):
                return
            await self._press("escape")
            await asyncio.sleep(10.0)
        raise AssertionError(f"{self._app.screen} is not to be left")

    def _agree(self, screen: Dialog[object]) -> None:
        match screen:
            case StopScreen():
                self.chosen |= {step.job_id for step in screen._plan.steps}
                self.agreed["stop"] += 1
            case SubmitScreen():
                self.agreed["submit"] += len(screen._drafts)
            case _:
                self.agreed["change"] += 1

    async def _until_dialog(self, is_wanted: bool, seconds: float) -> None:
        for _ in range(int(seconds)):
            if isinstance(self._app.screen, Dialog) is is_wanted:
                return
            await asyncio.sleep(1.0)

    async def _go_somewhere(self) -> None:
        self._app.open_place(self._chance.choice(PLACES).name)
        await asyncio.sleep(self._chance.choice((0.0, 20.0)))
        await self._press(*self._chance.choices(("j", "enter", "s", "g", "escape"), k=3))

    async def _go_home_by_queue(self) -> None:
        queues = [queue.job_queue_name for queue in self._app.snapshot.job_queues or ()]
        if queues:
            self._app.go_to_queue(self._chance.choice(queues))

    async def _resize(self) -> None:
        await self._pilot.resize_terminal(*self._chance.choice(_SIZES))

    async def _refresh(self) -> None:
        await self._press("ctrl+r")

    async def _pause(self) -> None:
        self._app.action_pause()
        await asyncio.sleep(30.0)
        self._app.action_pause()


def _characters(text: str) -> list[str]:
    return ["space" if each == " " else each for each in text]
