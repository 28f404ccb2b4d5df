"""The command palette: every action, queue, compute environment, status and job by fuzzy name."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.fuzzy import Matcher

from batchtui.model.job import JobSummary
from batchtui.model.job_definition import JobDefinition
from batchtui.ui.chosen import keys_here
from batchtui.ui.keys import (
    DETAIL_KEYS,
    GLOBAL_KEYS,
    LIST_KEYS,
    LOG_KEYS,
    LOG_LINE_KEYS,
    MAIN_KEYS,
    SEARCH_KEYS,
    STATUS_KEYS,
    Key,
    is_read_only,
)
from batchtui.ui.list_commands import Entry, column_commands, filter_commands
from batchtui.ui.new_jobs import open_form
from batchtui.ui.places import PLACES
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.main import MainScreen

if TYPE_CHECKING:
    from batchtui.ui.app import BatchtuiApp

MOST_JOBS = 30
"""So many jobs at most are offered: a list that nobody can read is no help."""
_BREATH = 2_000  # jobs looked at without letting the screen answer
_MOVES = frozenset(
    ("down", "up", "page-down", "page-up", "first", "last", "next-pane", "previous-pane", "back", "palette")
)


def unmarked(text: str) -> str:
    """A text in which the palette sees no markup: a filter or a name may hold brackets."""
    return text.replace("[", "\\[")


def highlighted(matcher: Matcher, text: str) -> Content:
    """A text with the letters that were typed; Textual's own would take brackets in it for markup."""
    content = Content(text)
    score, offsets = matcher.fuzzy_search.match(matcher.query, text)
    for offset in offsets if score else ():
        if not text[offset].isspace():
            content = content.stylize(matcher.match_style, offset, offset + 1)
    return content


class Commands(Provider):
    """What the palette offers."""

    async def discover(self) -> Hits:
        for text, note, run in self._actions():
            yield DiscoveryHit(unmarked(text), run, help=unmarked(note))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for text, note, run in (*self._actions(), *self._places(), *column_commands(self.screen), *self._looks()):
            score = max(matcher.match(text), matcher.match(note.partition(" ")[0]) if note.startswith(":") else 0)
            if score > 0:
                yield Hit(score, highlighted(matcher, text), run, text=text, help=unmarked(note))
        words = query.casefold().split()
        letters = re.compile(".*?".join(map(re.escape, query.casefold().replace(" ", ""))))
        fuzzy: list[JobSummary] = []
        offered = 0
        for number, job in enumerate(self._monitor.all_jobs()):
            if number % _BREATH == _BREATH - 1:
                await asyncio.sleep(0)
            name = f"{job.job_name} {job.job_id}".casefold()
            if all(word in name for word in words):
                yield self._hit(matcher, job, 0.5)
                offered += 1
                if offered == MOST_JOBS:
                    return
            elif len(fuzzy) < MOST_JOBS and letters.search(job.job_name.casefold()):
                fuzzy.append(job)
        for job in fuzzy[: MOST_JOBS - offered]:
            yield self._hit(matcher, job, 0.3)

    def _hit(self, matcher: Matcher, job: JobSummary, score: float) -> Hit:
        name = f"{job.job_name} {job.job_id}"
        run = partial(self._monitor.open_detail, "job", job.job_id, job.job_name)
        note = f"{job.status} in {job.job_queue}"
        return Hit(score, highlighted(matcher, f"job {name}"), run, text=name, help=unmarked(note))

    @property
    def _monitor(self) -> "BatchtuiApp":
        return cast("BatchtuiApp", self.app)

    def _actions(self) -> Iterator[Entry]:
        """What can be done where the palette was opened, each with the thing that does it."""
        groups: tuple[tuple[Sequence[Key], DOMNode], ...]
        if isinstance(self.screen, MainScreen):
            table = self.screen.table_in_use
            groups = ((STATUS_KEYS, self.screen), (MAIN_KEYS, self.screen), (LIST_KEYS, table))
        elif isinstance(self.screen, DetailScreen):
            groups = ((DETAIL_KEYS, self.screen), (SEARCH_KEYS, self.screen))
        elif isinstance(self.screen, ListingScreen):
            groups = ((self.screen.KEYS.own, self.screen), (self.screen.KEYS.rows, self.screen.pane.table))
        elif isinstance(self.screen, LogScreen):
            groups = ((LOG_KEYS, self.screen), (SEARCH_KEYS, self.screen), (LOG_LINE_KEYS, self.screen.reader))
        else:
            groups = ((getattr(self.screen, "PALETTE_KEYS", SEARCH_KEYS), self.screen),)
        yield from self._new_jobs()
        for keys, target in (*groups, (GLOBAL_KEYS, self.app)):
            for key in keys_here(self._monitor, keys):
                if key.id not in _MOVES and not key.id.startswith(("follow-", "lead-")):
                    yield key.help, key.display, partial(self._run, key.action, target)

        yield from filter_commands(self.screen)
        for place in PLACES:
            yield place.title, f"{place.command} · {place.help}", partial(self._monitor.open_place, place.name)

    def _new_jobs(self) -> Iterator[Entry]:
        """A new job from the definition that is open."""
        screen = self.screen
        if isinstance(screen, DetailScreen) and screen.definition and not is_read_only(self._monitor):
            run = partial(open_form, self._monitor, JobDefinition.from_api(screen.definition))
            yield "Submit a new job from this definition", "", run

    def _places(self) -> Iterator[Entry]:
        snapshot = self._monitor.snapshot
        yield "queue: all queues", "Job queues", partial(self._monitor.go_to_queue, "")
        for queue in snapshot.job_queues or ():
            name = queue.job_queue_name
            yield f"queue: {name}", "Job queues", partial(self._monitor.go_to_queue, name)
        for environment in snapshot.compute_environments or ():
            name = environment.compute_environment_name
            go = partial(self._monitor.go_to_environment, name)
            yield f"environment: {name}", "Compute environments", go

    def _looks(self) -> Iterator[Entry]:
        """The themes by name, and the two kinds of screenshots."""
        for name in sorted(self.app.available_themes, key=lambda name: (not name.startswith("batchtui"), name)):
            yield f"theme: {name}", f":theme {name}", partial(self._monitor.action_put_on, name)
        for ending in ("svg", "txt"):
            note = ":screenshot" if ending == "svg" else ":screenshot-text"
            yield (
                f"screenshot: as .{ending}",
                note,
                partial(self.app.call_later, self._monitor.action_picture, ending),
            )

    def _run(self, action: str, target: DOMNode) -> None:
        """Does what the key would do, wherever the focus is."""
        self.app.call_later(self.app.run_action, action, target)
