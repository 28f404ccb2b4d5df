"""The top line: which account this is, how true what is shown is, and what it costs."""

from collections.abc import Sequence

from rich.cells import cell_len

from batchtui.format import Cell, Span, duration, plural
from batchtui.sync.condition import Condition, condition
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.widgets.columns import fill
from batchtui.ui.widgets.lines import Lines

GLYPHS = {
    "live": ("●", "running"),
    "loading": ("◌", "accent"),
    "paused": ("‖", "warning"),
    "stale": ("○", "warning"),
    "throttled": ("◔", "warning"),
    "offline": ("✕", "failed"),
    "credentials expired": ("✕", "failed"),
    "credentials expired or rejected": ("✕", "failed"),
    "no credentials": ("✕", "failed"),
    "clock wrong": ("✕", "failed"),
    "not configured": ("✕", "failed"),
    "access denied": ("✕", "failed"),
}


_LEAST_DETAIL = 20  # cells: less of a sentence says nothing
_FOR_A_PERSON = (
    "not configured",
    "no credentials",
    "credentials expired",
    "credentials expired or rejected",
    "clock wrong",
)
"""What does not end by itself: what to do about it goes before all else."""

PRODUCTION = "production"
"""The word, and the style, of an account in which a mistake hurts."""
_COLOURS = {
    "blue": "bar",
    "cyan": "accent",
    "green": "running",
    "magenta": PRODUCTION,
    "red": "failed",
    "yellow": "warning",
}
"""Styles by what the configuration calls them."""
_WORDS = 3  # forms of a note that are words: the account has no alias before one of them is but a sign
_WHOLE = 3  # profile, region and account are known


class StatusBar(Lines):
    """The status bar; the screen sets its parts and calls ``redraw()``."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.where: tuple[str, ...] = ()
        """Profile or source of the credentials, region, account."""
        self.alias: str | None = None
        """The name that the account goes by."""
        self.is_production = False
        """Whether a mistake here hurts."""
        self.colour: str | None = None
        """Of the account's place, one of ``context.COLOURS``; a production one has its own."""
        self.condition = Condition("loading")
        self.now = 0.0
        self.progress = ""
        self.calls_per_minute = 0
        self.interval = ""
        """How often it looks, where the budget does not allow what was asked for."""
        self.others_interval = ""
        """How often it looks at the queues that nobody looks at, where the budget allows no more."""
        self.blocked_queues = 0
        self.is_read_only = False

    def show(self, snapshot: Snapshot, now: float, queue: str | None) -> None:
        """Says how true a snapshot is.

        Args:
            snapshot: What is known of the account.
            now: Epoch seconds.
            queue: Whose jobs are looked at; None for all.
        """
        self.now = now
        self.condition = condition(snapshot, now, queue)
        progress = snapshot.progress
        jobs = sum(len(each.jobs) for each in snapshot.jobs.values())
        self.progress = ""
        if progress is not None and progress.queues:
            self.progress = f"{progress.queues_done}/{progress.queues} queues, {jobs} jobs"
        self.interval = duration(snapshot.interval) if snapshot.is_stretched else ""
        self.others_interval = duration(snapshot.others_interval) if snapshot.are_others_slower else ""
        self.redraw()

    def content(self, width: int) -> list[Cell]:
        right: list[Span] = [("read-only ", "warning")] if self.is_read_only else []
        state = self._state()
        detail: Span = (f"  {self.condition.detail}", "muted")
        urgent: Cell = (detail,) if self.condition.word in _FOR_A_PERSON else ()
        room = width - _width(right) - _width(state)
        notes = self._notes()
        shortest = sum(min(map(cell_len, texts[:_WORDS])) for texts, _ in notes)
        # What to do goes before all else but whose credentials they are: several accounts look alike.
        first = cell_len(f" {self.where[0]}  ") if self.where else 0
        of_sentence = min(_width(urgent), max(_LEAST_DETAIL, min(width // 2, room - first)))
        left = [*self._place(room - of_sentence, shortest), *state]
        room = width - _width(left) - _width(right)
        if urgent and room > _LEAST_DETAIL:
            left += fill(urgent, min(room, _width(urgent)))
            room = width - _width(left) - _width(right)
        for texts, style in notes:
            text = next((text for text in texts if cell_len(text) <= room), "")
            left.append((text, style))
            room -= cell_len(text)
        if self.condition.detail and not urgent and room > _LEAST_DETAIL:
            left += fill((detail,), room)
        return [tuple(fill(tuple(left), max(0, width - _width(right))) + right)]

    def _place(self, room: int, of_notes: int) -> list[Span]:
        """Which account this is, as much of it as leaves the state of things in sight.

        Args:
            room: Cells that there are.
            of_notes: As many of them as the notes take at least: the account's alias comes after these.
        """
        name: Span = (" batchtui ", "strong")
        style = style_of(self.is_production, self.colour)
        mark: list[Span] = [(f" {PRODUCTION} ", PRODUCTION)] if self.is_production else []
        room -= _width(mark)
        for words, least in self._places(of_notes):
            text = f" {' · '.join(words)}  "
            if cell_len(name[0]) + cell_len(text) + least <= room:
                return [name, *mark, (text, style)]
        rest: list[Span] = [*mark, (" ", "")]
        alone = f" {self.where[0]}  " if self.where else ""
        if alone and cell_len(alone) <= room and self.condition.word in _FOR_A_PERSON:
            return [*mark, (alone, style)]  # rather than the program's own name
        return [name, *rest] if cell_len(name[0]) < room else rest

    def _places(self, of_notes: int) -> list[tuple[Sequence[str], int]]:
        """The whole of it first, then less and less; each with the cells that must be left besides."""
        shorter: list[tuple[Sequence[str], int]]
        shorter = [(self.where[:parts], 0) for parts in range(len(self.where), 0, -1)]
        if self.alias and len(self.where) == _WHOLE:
            return [((*self.where[:-1], f"{self.where[-1]} ({self.alias})"), of_notes), *shorter]
        return shorter

    def _state(self) -> list[Span]:
        word = self.condition.word
        glyph, style = GLYPHS.get(word, ("○", "warning"))
        since = self.condition.since
        text = f"{glyph} {word}"
        if self.progress and word == "loading":
            text += f" {self.progress}"
        if since is not None and word not in ("live", "loading"):
            text += f" {duration(self.now - since)}"
        return [(text, style)]

    def _notes(self) -> list[tuple[tuple[str, ...], str]]:
        """The most important first, each in a longer and a shorter form: what does not fit is left out."""
        notes: list[tuple[tuple[str, ...], str]] = [((f"  {self.calls_per_minute} calls/min",), "muted")]
        if self.interval:
            notes.append(((f"  every {self.interval} (API budget)", f"  every {self.interval}"), "warning"))
        if self.blocked_queues:
            blocked = f"  {plural(self.blocked_queues, 'queue')} blocked"
            few = f"  {self.blocked_queues} blocked"
            notes.append(((f"{blocked} (B)", blocked, few, f"  {self.blocked_queues} !"), "warning"))
        if self.others_interval:
            every = self.others_interval
            notes.append(((f"  other queues every {every} (API budget)", f"  others every {every}"), "muted"))
        return notes


def _width(spans: Sequence[Span]) -> int:
    return sum(cell_len(text) for text, _ in spans)


def style_of(is_production: bool, colour: str | None) -> str:
    """The style of an account's place: a production one has its own, whatever colour it was given."""
    return PRODUCTION if is_production else _COLOURS.get(colour or "", "")
