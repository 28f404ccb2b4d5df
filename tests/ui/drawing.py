"""When the app of a test draws: when the test looks, not at every frame."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from textual._compositor import Compositor
from textual._styles_cache import StylesCache
from textual.app import App
from textual.dom import DOMNode
from textual.widget import Widget

_is_put_off = False


@contextlib.contextmanager
def drawn_when_looked_at() -> Iterator[None]:
    """Frames are put off, and what changed is kept until `draw`.

    Without a terminal Textual makes every frame and throws it away, which is a third of the time that a test of
    the screen takes. Layout, styles and messages go on as ever. Every frame is drawn in the tests that have a
    terminal, such as those of the bytes that are sent.
    """
    global _is_put_off
    if _is_put_off:  # an app beside another
        yield
        return
    render = Compositor.render_update

    def put_off(self: Compositor, *args: Any, is_looked_at: bool = False, **options: Any) -> Any:
        is_picture = bool(options.get("full"))
        return render(self, *args, **options) if is_looked_at or is_picture else None

    Compositor.render_update, _is_put_off = put_off, True  # type: ignore[method-assign]
    try:
        yield
    finally:
        Compositor.render_update, _is_put_off = render, False  # type: ignore[method-assign]


def draw(app: App[Any]) -> bool:
    """Draws what changed since it was last drawn; what goes wrong in that is the test's.

    Returns:
        Whether it may look different from before.
    """
    if not (_is_put_off and app.is_running and app._screen_stack):
        return True
    update = app.screen._compositor.render_update(  # type: ignore[call-arg]
        screen_stack=app._background_screens, is_looked_at=True
    )
    return update is not None


def forget_drawn(widgets: Iterable[DOMNode]) -> None:
    """Lets go of the lines of an app that is over, which are most of what it leaves behind.

    Textual remembers the borders of a widget's lines together with those lines, for the last thousand widgets of
    the process: that half of all that lives would be walked by every collection of garbage.
    """
    StylesCache.get_inner_outer.cache_clear()
    for widget in widgets:
        if isinstance(widget, Widget):
            widget._styles_cache.clear()
