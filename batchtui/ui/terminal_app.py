"""What an app needs for a terminal of its own, whatever it shows."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from time import localtime, strftime

from textual import events
from textual.await_complete import AwaitComplete
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter, Monochrome, NoColor
from textual.notifications import Notify, SeverityLevel
from textual.widget import Widget
from textual.worker import Worker, WorkerFailed

from batchtui.garbage import give_back
from batchtui.log_file import trouble
from batchtui.ui import themes
from batchtui.ui.arranging import a_key_came
from batchtui.ui.clipboard import MOST_COPIED, copied_text, copy_to_tmux, osc_52
from batchtui.ui.keys_in_order import KeysInOrder
from batchtui.ui.multiplexers import is_in_screen, is_in_tmux, through
from batchtui.ui.screenshot import self_contained
from batchtui.ui.short_delays import Notice
from batchtui.ui.sparing_driver import SparingDriver
from batchtui.ui.stalled import StalledTerminal

log = logging.getLogger(__name__)

_TERMINAL_CHECK_SECONDS = 2.0
_SPEAKING_SECONDS = 0.5
"""What has the focus may have changed without a frame."""
_GIVE_BACK_SECONDS = 5.0
_SWITCH_SECONDS = 0.0005
"""For so long the thread that writes to the terminal waits for the interpreter, while a long list is arranged.

Python's own 5 ms count anew each time that the event loop looks for events: a letter was seen only once its list
was done, 200 ms later.
"""


class TerminalApp(KeysInOrder):
    """An app on a terminal that may be suspended, stall, be shared with the mouse, or be gone."""

    def __init__(self) -> None:
        self.is_plain = False
        """Whether it shows words and numbers alone, for who hears the screen."""
        self._plain_filter: LineFilter | None = None
        super().__init__()
        self._has_mouse = True
        self._stalled: StalledTerminal | None = None
        self._is_lent = False
        self._untold = ""

    def get_driver_class(self) -> type[Driver]:
        found = super().get_driver_class()
        return SparingDriver if found is LinuxDriver else found

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.VARIABLES

    def be_plain(self) -> None:
        """To be called before the first frame: no frames, no drawings, nothing that moves by itself."""
        from batchtui.ui.plain import PlainFilter

        self.is_plain = True
        self._plain_filter = PlainFilter()
        self.animation_level = "none"
        self.add_class("-plain")

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        if (
            self.no_color and self.native_ansi_color
        ):  # the terminal's own colours are not known: greys would be a guess
            filters = [NoColor() if isinstance(each, Monochrome) else each for each in filters]
        return [self._plain_filter, *filters] if self._plain_filter is not None else filters

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Shows a toast; from any thread.

        Args:
            message: A sentence; without characters that a terminal would obey.
            title: What stands above it.
            severity: How it looks.
            timeout: Seconds; None for Textual's own.
            markup: Not heeded: what is told may hold words of AWS, or of a person.
        """
        seconds = self.NOTIFICATION_TIMEOUT if timeout is None else timeout
        self.post_message(Notify(Notice(message, title, severity, seconds, markup=False)))

    def begin_on_terminal(self) -> None:
        """To be called once it is mounted."""
        for ending in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread: no signals
                asyncio.get_running_loop().add_signal_handler(ending, self.exit)
        # The terminal comes back empty from a suspension: everything must be drawn, not only what changed.
        self.app_resume_signal.subscribe(self, lambda _: self.screen.refresh(layout=True))
        self.app_resume_signal.subscribe(self, lambda _: self.go_away(False))
        self.app_suspend_signal.subscribe(self, lambda _: self.go_away(True), immediate=True)
        self.app_resume_signal.subscribe(self, lambda _: self._lend(False))
        self.app_suspend_signal.subscribe(self, lambda _: self._lend(True), immediate=True)
        self._tell_of_the_log(asyncio.get_running_loop())
        if self.is_plain:
            self.set_interval(_SPEAKING_SECONDS, self._announce)
            if isinstance(self._driver, SparingDriver):
                self._driver.show_cursor()
        if not self.is_headless:
            sys.setswitchinterval(_SWITCH_SECONDS)
            self.set_interval(_TERMINAL_CHECK_SECONDS, self._leave_without_terminal)
            self.set_interval(_GIVE_BACK_SECONDS, give_back)
            if sys.__stderr__ is not None:  # what Textual draws on
                self._stalled = StalledTerminal(self, sys.__stderr__.fileno())

    def _tell_of_the_log(self, loop: asyncio.AbstractEventLoop) -> None:
        """That nothing is logged, now or once the disk is full: whoever logs may be a thread."""

        def tell(sentence: str) -> None:
            with suppress(RuntimeError):  # the loop is closed: there is no screen any more
                loop.call_soon_threadsafe(partial(self.notify, sentence, severity="warning"))

        trouble.on_trouble = tell
        if trouble.sentence:
            tell(trouble.sentence)

    def go_away(self, is_away: bool) -> None:
        """Called when another program gets the terminal, and when it comes back."""

    def tell_terminal(self, sequence: str) -> None:
        """Writes what a terminal obeys and does not show, such as its bell; later, while another has it."""
        if self._is_lent:
            self._untold = sequence  # the newest is enough
        elif sequence and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)
            self._driver.flush()

    def _lend(self, is_lent: bool) -> None:
        self._is_lent = is_lent
        if not is_lent:
            untold, self._untold = self._untold, ""
            self.tell_terminal(untold)

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
        if len(text) > MOST_COPIED:
            self.notify(
                f"Only the first {MOST_COPIED:,} of {len(text):,} characters are copied.", severity="warning"
            )
        text = copied_text(text)
        if is_in_screen(os.environ) and self._driver is not None:
            self._clipboard = text
            self._driver.write(through(osc_52(text), os.environ))
            return
        super().copy_to_clipboard(text)  # by OSC 52, which works over SSH too
        if is_in_tmux(os.environ):
            _: Worker[bool] = self.run_worker(partial(copy_to_tmux, text), name="tmux", group="clipboard")

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        return self_contained(super().export_screenshot(title=title, simplify=simplify))

    def post_display_hook(self) -> None:
        if self._stalled is not None:
            self._stalled.after_frame()
        if self.is_plain:
            self._announce()

    def _announce(self) -> None:
        """Where the focus is, on the bottom line; the terminal's cursor stands where it is."""
        from batchtui.ui.announcing import announce

        if self.screen_stack:
            self.cursor_position = announce(self.screen)

    def action_next_theme(self) -> None:
        """Goes on to the next of our own themes."""
        from batchtui.ui import themes

        self.notify(f"Theme {themes.next_theme(self)}.")

    def action_put_on(self, name: str) -> None:
        """Changes to a theme by its name."""
        from batchtui.ui import themes

        if (why_not := themes.go_on_with(self, name)) is not None:
            self.notify(why_not, severity="warning")

    def action_picture(self, ending: str = "svg") -> None:
        """Asks for a name, and saves what is on the screen now, as SVG or as text."""
        from batchtui.ui.saving import Saving
        from batchtui.ui.screenshot import refuses, taken

        shown = taken(self)
        Saving(
            self,
            title="Screenshot",
            words="What is on the screen, masked as it is there. The ending says how: .svg or .txt.",
            suggested=f"batchtui-{strftime('%Y%m%d-%H%M%S', localtime())}.{ending}",
            parts=shown.parts,
            refuses=refuses,
        ).ask()

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
