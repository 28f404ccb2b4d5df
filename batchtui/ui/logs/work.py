"""What takes longer than a key press: older lines, the whole history, a file, a moment to find. One at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from textual.widget import Widget
from textual.worker import Worker

from batchtui.aws.errors import AwsError
from batchtui.logs.session import LogSession
from batchtui.model.secrets import masked_text
from batchtui.ui.logs.moments import moment_of
from batchtui.ui.widgets.log_view import LogView

_REST_SECONDS = 5.0  # after a look for older lines that brought none: it failed, or the next look tells more


class LogWork:
    """Runs beside the screen, says how far it is, and can be stopped.

    Args:
        owner: The screen, whose end is the end of the work.
        session: Where the lines come from.
        view: Where they are shown.
        say: Shows how far it is; an empty text when it is done.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        owner: Widget,
        session: LogSession,
        view: LogView,
        *,
        say: Callable[[str], None],
        clock: Callable[[], float],
    ) -> None:
        self._owner = owner
        self._session = session
        self._view = view
        self._say = say
        self._clock = clock
        self._worker: Worker[None] | None = None
        self._is_asked_for = False
        self._rests_until = 0.0

    def stop(self) -> bool:
        """Stops what a person has asked for; answers whether anything ran."""
        if not self.is_under_way or self._worker is None:
            return False
        self._worker.cancel()
        self._say("")
        return True

    @property
    def is_under_way(self) -> bool:
        """Whether something runs that a person has asked for."""
        return self._is_busy and self._is_asked_for

    def load_older(self) -> None:
        """Takes one older page, unless something else is under way."""
        if self._session.has_older and not self._is_busy and monotonic() >= self._rests_until:
            self._begin(self._load_page, is_asked_for=False)

    def load_history(self) -> None:
        """Takes everything from the beginning, as far as there is room."""
        self._begin(self._load_history)

    def save(self, name: str) -> None:
        """Writes the whole of the selected streams to a file, or into a directory."""
        self._begin(partial(self._save, name))

    def go_to_time(self, text: str) -> None:
        """Puts the cursor on the first line of a moment, which is loaded first if need be."""
        buffer = self._session.buffer
        newest = buffer[buffer.end - 1].timestamp if len(buffer) else None
        moment = moment_of(text, now=self._clock(), newest=newest)
        if moment is None:
            self._tell(f"'{text}' is no time: 14:30, 2026-11-21 14:30, or 10m for so long ago.", "warning")
        else:
            self._begin(partial(self._go_to_moment, moment))

    @property
    def _is_busy(self) -> bool:
        return self._worker is not None and self._worker.is_running

    def _begin(self, work: Callable[[], Coroutine[Any, Any, None]], *, is_asked_for: bool = True) -> None:
        """Begins, unless something else that was asked for is under way: a file must not end because of a key."""
        if self._is_busy and self._is_asked_for:
            self._tell("Something else is under way: esc stops it.", "warning")
            return
        if self._worker is not None:
            self._worker.cancel()
        self._is_asked_for = is_asked_for
        self._worker = self._owner.run_worker(work, name="log work", group="log work")

    async def _load_page(self) -> None:
        if not await self._session.load_older():
            self._rests_until = monotonic() + _REST_SECONDS
        self._view.changed()

    async def _load_history(self) -> None:
        total = await self._session.load_all(lambda lines: self._say(f"{lines:,} older lines, esc stops"))
        is_full = self._session.buffer.is_full
        room = ": there is room for no more, s saves the whole stream" if is_full else ""
        rest = ", but not all: see below" if self._session.has_older and not is_full else ""
        self._tell(f"{total:,} older lines were loaded{room}{rest}.")
        self._say("")
        self._view.changed()

    async def _save(self, name: str) -> None:
        try:
            path = await asyncio.to_thread(_new_file, name, self._session.suggested_name())
            self._say(f"saving to {path} …, esc stops")
            masking = _Masking()
            count = await self._session.save(
                path,
                lambda lines: self._say(f"{lines:,} lines saved, esc stops"),
                written=str if self._view.look.shows_secrets else masking.masked,
            )
        except (AwsError, OSError, RuntimeError, ValueError) as error:  # no such home, a name that is none, …
            self._tell(f"Not saved: {error}", "error")
        else:
            of_them = "1 of them" if masking.lines == 1 else f"{masking.lines:,} of them"
            rest = f", {of_them} without what looks secret: v shows that, s then saves it" if masking.lines else ""
            self._tell(f"Saved {count:,} lines to {path}{rest}.")
        self._say("")

    async def _go_to_moment(self, moment: int) -> None:
        session, buffer = self._session, self._session.buffer
        while session.has_older and session.buffer is buffer:
            if len(buffer) and buffer[buffer.first].timestamp <= moment:
                break
            self._say(f"looking for it: {len(buffer):,} lines, esc stops")
            if not await session.load_older():
                break
        self._say("")
        if not len(buffer):
            self._tell("There is no line yet.", "warning")
            return
        self._view.changed()
        number = buffer.number_at(moment)
        if number == buffer.end:
            self._tell("The log ends before that.")
        elif number == buffer.first and buffer[number].timestamp > moment:
            self._tell(f"The {'lines that are loaded begin' if session.has_older else 'log begins'} after that.")
        self._view.go_to(min(number, buffer.end - 1))

    def _tell(self, text: str, severity: Any = "information") -> None:
        self._owner.notify(text, severity=severity)


class _Masking:
    """Masks what looks secret, and counts the lines that had any."""

    def __init__(self) -> None:
        self.lines = 0

    def masked(self, text: str) -> str:
        found = masked_text(text)
        self.lines += found != text
        return found


def _new_file(name: str, suggested: str) -> Path:
    """The file to write: in a directory one of the suggested name; never one that is there already.

    Raises:
        OSError: It cannot be looked for, or it exists.
        RuntimeError: There is no such home directory.
        ValueError: The name is none.
    """
    path = Path(name).expanduser().absolute()
    if path.is_dir():
        path /= suggested
    if path.exists():
        raise FileExistsError(f"{path} exists; give another name")
    return path
