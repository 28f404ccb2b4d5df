"""Our own themes. Few colours, each with one meaning; every one of Textual's themes works as well."""

from typing import Any

from textual.app import App
from textual.theme import Theme

DEFAULT = "batchtui-dark"

THEMES = (
    Theme(
        name="batchtui-dark",
        primary="#5aa7e0",
        secondary="#7c8fa6",
        accent="#5ccfe6",
        warning="#e6b455",
        error="#f07178",
        success="#87c38a",
        foreground="#d5dbe3",
        background="#12161c",
        surface="#171c24",
        panel="#222934",
        dark=True,
    ),
    Theme(
        name="batchtui-light",
        primary="#1f6fb2",
        secondary="#5b6b7c",
        accent="#00758f",
        warning="#8f5a00",
        error="#b3261e",
        success="#2a7232",
        foreground="#1d232b",
        background="#fbfbf9",
        surface="#f4f4f1",
        panel="#e4e6e6",
        dark=False,
    ),
)


def begin_with(app: App[Any], name: str | None) -> None:
    """To be called before the first frame: a change later would parse and apply every style twice.

    Args:
        app: Gets these themes.
        name: The one that was asked for.
    """
    for theme in THEMES:
        app.register_theme(theme)
        if theme.name == (name or DEFAULT):
            app.set_reactive(App.theme, theme.name)
            app.update_classes({"-dark-mode": theme.dark, "-light-mode": not theme.dark}, update=False)
            app.stylesheet.set_variables(app.get_css_variables())


def go_on_with(app: App[Any], name: str | None) -> str | None:
    """To be called once it is mounted, for every theme that Textual knows; answers why there is no such theme."""
    wanted = name or DEFAULT
    if wanted not in app.available_themes:
        return f"There is no theme '{wanted}'; there are: {', '.join(app.available_themes)}."
    app.theme = wanted
    return None
