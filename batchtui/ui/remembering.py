"""How the lists were left comes back at the next start, and is kept while the program runs."""

import asyncio
import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.worker import Worker

from batchtui.settings import ListChoice, default_state_file
from batchtui.state import Left, LeftList, State, StateError, read_state, without_secrets, write_state
from batchtui.ui.panes.pane import Pane
from batchtui.ui.reach import Reach
from batchtui.ui.recent import PROFILE, REGION
from batchtui.ui.screens.main import MainScreen

if TYPE_CHECKING:
    from batchtui.ui.app import BatchtuiApp

log = logging.getLogger(__name__)

SAVE_SECONDS: Final = 30.0
"""At most so often, and at the end, the file is written; never where nothing has changed."""


class Remembering:
    """Knows how the lists are to look, of the account and region that are looked at.

    With ``--fresh`` and with the demo account nothing is read and nothing is written.

    Args:
        app: The program around it, with the account that is current; its settings have precedence.
    """

    def __init__(self, app: "BatchtuiApp") -> None:
        self._app = app
        self._settings = settings = app.settings
        self._path = None if settings.fresh or settings.demo else default_state_file()
        self._state: State | None = State() if self._path is None else None
        self._here: tuple[str, str] | None = None
        self._lists: dict[str, LeftList] = {}
        self._unsaved: dict[tuple[str, str], Left] = {}
        self._is_first = True
        self._trouble = ""

    @property
    def _reach(self) -> Reach:
        return self._app.account.reach

    @property
    def _main(self) -> MainScreen:
        return self._app.main

    def begin(self) -> None:
        """To be called once the app is mounted: reads the file, aside."""
        if self._path is not None:
            _: Worker[None] = self._app.run_worker(self._read(), name="state", group="state")
            self._app.set_interval(SAVE_SECONDS, self._save_aside)

    async def end(self) -> None:
        """Writes what has changed; to be called at the end. It raises nothing."""
        await self._save()

    def list_choice(self, name: str) -> ListChoice:
        """How a list is to look: as it was left, unless the configuration says something else since then."""
        configured = self._settings.list_choice(name)
        left = self._lists.get(name)
        return left.choice if left is not None and left.configured == configured else configured

    def list_changed(self, name: str, choice: ListChoice) -> None:
        """A person changed how a list looks."""
        if name:
            self._lists[name] = LeftList(choice, self._settings.list_choice(name))

    def follow(self) -> None:
        """Looks as it was left, as soon as it is known where this is; to be called at every news."""
        actor, snapshot = self._reach.where(), self._reach.snapshot()
        account, region = actor.account, actor.region
        if self._state is None or not account or not region or snapshot.job_queues is None:
            return
        if self._here == (account, region):
            return
        self.leave()
        self._here = account, region
        state = self._state.with_recent(profile=actor.profile, region=region)
        left = replace(state.of(account, region), at=self._reach.clock())
        self._state = state.with_left(account, region, left)
        self._unsaved[self._here] = left
        # What was changed before it was known where this is stays.
        self._lists = {**left.lists, **(self._lists if self._is_first else {})}
        self._look_as(left, is_first=self._is_first)
        self._is_first = False
        self._main.update(snapshot)

    def leave(self) -> None:
        """Takes down how it looks; to be called before another account or region is gone to."""
        self._keep()
        self._here = None

    def _look_as(self, left: Left, *, is_first: bool) -> None:
        """What a person has done already stays."""
        for pane in self._main.query(Pane):
            if pane.choice == self._settings.list_choice(pane.LIST) or not is_first:
                pane.look_as(self.list_choice(pane.LIST))
        jobs, queues = self._main.jobs_pane, self._main.queues_pane
        is_untouched = not (jobs.status or jobs.filter or jobs.is_typing)
        if is_untouched or not is_first:
            jobs.status = left.status
            jobs.filter_by(left.filter)
        if not self._settings.queues and (queues.table.cursor_index == 0 or not is_first):
            queues.table.go_to(left.queue)
        if is_first and is_untouched and (words := [*filter(None, (left.status, left.filter))]):
            what = f"As it was left: {' · '.join(words)}. --fresh starts without."
            self._app.notify(what)

    def _keep(self) -> None:
        """Takes down how it looks now."""
        if self._here is None or self._state is None:
            return
        before = self._state.of(*self._here)
        jobs, queues = self._main.jobs_pane, self._main.queues_pane
        queue = before.queue if self._settings.queues else queues.selected or ""
        left = Left(queue, jobs.status, without_secrets(jobs.filter.text), dict(self._lists), before.at)
        if left != before:
            self._unsaved[self._here] = left = replace(left, at=self._reach.clock())
            self._state = self._state.with_left(*self._here, left)

    def _save_aside(self) -> None:
        _: Worker[None] = self._app.run_worker(self._save(), name="state", group="state")

    async def _read(self) -> None:
        assert self._path is not None
        try:
            self._state = await asyncio.to_thread(read_state, self._path)
        except StateError as error:
            log.warning("%s", error)
            self._app.notify(f"{error} Nothing is remembered of the last start.", severity="warning")
            self._state = State()
        self._app.contexts.recent.know({PROFILE: self._state.profiles, REGION: self._state.regions})
        self.follow()

    async def _save(self) -> None:
        self._keep()
        state = self._state
        if self._path is None or state is None or not self._unsaved:
            return
        unsaved, self._unsaved = self._unsaved, {}

        def changed(found: State) -> State:
            """Others have written meanwhile: of theirs all stays, but for where this has been."""
            for here, left in unsaved.items():
                found = found.with_left(*here, left)
            return found.with_recents(state)

        try:
            await asyncio.to_thread(partial(write_state, self._path, changed))
        except OSError as error:
            self._unsaved = {**unsaved, **self._unsaved}
            if not self._trouble:
                self._trouble = (
                    f"{self._path} cannot be written ({error.strerror or error}): nothing is remembered."
                )
                log.warning("%s", self._trouble)
