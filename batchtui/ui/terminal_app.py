"""What an app needs for a terminal of its own, whatever it shows."""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from functools import partial

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker, WorkerFailed

from batchtui.ui.arranging import a_key_came
from batchtui.ui.clipboard import copy_to_tmux, is_in_tmux
from batchtui.ui.screenshot import self_contained
from batchtui.ui.sparing_driver import SparingDriver
from batchtui.ui.stalled import StalledTerminal
from batchtui.ui.widgets.typed_input import TypedInput

log = logging.getLogger(__name__)

_TERMINAL_CHECK_SECONDS = 2.0
_SWITCH_SECONDS = 0.0005
"""For so long the thread that writes to the terminal waits for the interpreter, while a long list is arranged.

Python's own 5 ms count anew each time that the event loop looks for events: a letter was seen only once its list
was done, 200 ms later.
"""


class TerminalApp(App[None]):
    """An app on a terminal that may be suspended, stall, be shared with the mouse, or be gone."""

    def __init__(self) -> None:
        super().__init__()
        self._has_mouse = True
        self._stalled: StalledTerminal | None = None

    def get_driver_class(self) -> type[Driver]:
        found = super().get_driver_class()
        return SparingDriver if found is LinuxDriver else found

    def begin_on_terminal(self) -> None:
        """To be called once it is mounted."""
        for ending in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread: no signals
                asyncio.get_running_loop().add_signal_handler(ending, self.exit)
        # The terminal comes back empty from a suspension: everything must be drawn, not only what changed.
        self.app_resume_signal.subscribe(self, lambda _: self.screen.refresh(layout=True))
        self.app_resume_signal.subscribe(self, lambda _: self.go_away(False))
        self.app_suspend_signal.subscribe(self, lambda _: self.go_away(True), immediate=True)
        if not self.is_headless:
            sys.setswitchinterval(_SWITCH_SECONDS)
            self.set_interval(_TERMINAL_CHECK_SECONDS, self._leave_without_terminal)
            if sys.__stderr__ is not None:  # what Textual draws on
                self._stalled = StalledTerminal(self, sys.__stderr__.fileno())

    def go_away(self, is_away: bool) -> None:
        """Called when another program gets the terminal, and when it comes back."""

    def on_resize(self, event: events.Resize) -> None:
        self._forget()

    def action_suspend_process(self) -> None:
        """Suspends, where something waits that can bring it back.

        Textual stops itself whoever its parent is. As leader of its session, as under ``ssh -t host batchtui``,
        it would leave a terminal that nobody can use any more.
        """
        if os.getpgrp() == os.getsid(0):
            self.notify("No shell with job control started this: there is no fg that would bring it back.")
        else:
            super().action_suspend_process()

    def action_redraw(self) -> None:
        """Draws everything anew: something else may have written to the terminal."""
        self._forget()
        self.screen.refresh()

    def _forget(self) -> None:
        if isinstance(self._driver, SparingDriver):
            self._driver.forget()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            a_key_came()
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """What was typed so fast that it still went to the list, which had the focus before, is text all the same.

        An input keeps every character that reaches it, so that one which comes here was sent elsewhere: ``/quit``
        in one burst must not quit.
        """
        focused = self.focused
        ends = focused.ENDS if isinstance(focused, TypedInput) else ()
        if isinstance(focused, Input) and (event.is_printable or event.key in ends):
            event.prevent_default()
            focused.post_message(events.Key(event.key, event.character))

    def pop_screen(self) -> AwaitComplete:
        """Leaves a screen, and lets go of what it had drawn.

        Textual keeps the lines of the last thousand widgets alive, also of those that are gone: half a megabyte
        for each screen that was left.
        """
        widgets = list(self.screen.walk_children(Widget, with_self=True))
        widgets += [widget.vertical_scrollbar for widget in widgets if widget.show_vertical_scrollbar]
        popped = super().pop_screen()
        for widget in widgets:
            with suppress(AttributeError):  # it is Textual's own affair, and may change
                widget._styles_cache.clear()
        return popped

    def copy_to_clipboard(self, text: str) -> None:
        super().copy_to_clipboard(text)  # by OSC 52, which works over SSH too
        if is_in_tmux():
            _: Worker[bool] = self.run_worker(partial(copy_to_tmux, text), name="tmux", group="clipboard")

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        return self_contained(super().export_screenshot(title=title, simplify=simplify))

    def post_display_hook(self) -> None:
        if self._stalled is not None:
            self._stalled.after_frame()

    def action_mouse(self) -> None:
        """Lets go of the mouse, so that the terminal selects text, or takes it back."""
        self._has_mouse = not self._has_mouse
        driver = self._driver
        if isinstance(driver, LinuxDriver):  # the only driver with a mouse to let go of
            (driver._enable_mouse_support if self._has_mouse else driver._disable_mouse_support)()
            driver.flush()
        free = "The terminal has the mouse: it selects text now. M takes it back."
        self.notify("The mouse works here again." if self._has_mouse else free)

    def _leave_without_terminal(self) -> None:
        """A terminal that is gone without a hang-up signal would be read from for ever, by a busy thread."""
        if not sys.__stdin__ or not sys.__stdin__.isatty():
            log.warning("the terminal is gone")
            self.exit()

    def _fatal_error(self) -> None:
        """A crash: the traceback goes to the log, without the values of variables, which may be secret."""
        crash = self._exception
        # A worker's failure only names what failed; the traceback is that of the error within.
        log.error("batchtui crashed", exc_info=crash.error if isinstance(crash, WorkerFailed) else crash)
        self._close_messages_no_wait()
