"""Our own themes. Few colours, each with one meaning; every one of Textual's themes works as well.

Every text is at least 4.5 times as bright as its ground (WCAG AA), the cursor's line and the footer included.
"""

from typing import Any, Final

from textual.app import App
from textual.theme import BUILTIN_THEMES, Theme

DEFAULT: Final = "batchtui-dark"
ANSI: Final = "batchtui-ansi"
_OURS: Final = "batchtui-"
VARIABLES = {"production": "#b65fc9"}
"""Colours that only our themes know, as they are in Textual's own."""

THEMES = (
    Theme(
        name="batchtui-dark",
        primary="#5aa7e0",
        secondary="#7c8fa6",
        accent="#5ccfe6",
        warning="#e6b455",
        error="#f47f85",
        success="#87c38a",
        foreground="#d5dbe3",
        background="#12161c",
        surface="#171c24",
        panel="#222934",
        dark=True,
        variables={"production": "#d98cea"},
    ),
    Theme(
        name="batchtui-light",
        primary="#18619e",
        secondary="#5b6b7c",
        accent="#00687f",
        warning="#855400",
        error="#b3261e",
        success="#276b2e",
        foreground="#1d232b",
        background="#fbfbf9",
        surface="#f4f4f1",
        panel="#e4e6e6",
        dark=False,
        variables={"production": "#8b1fa3"},
    ),
    # Every text at least seven times as bright as its ground (WCAG AAA), on the cursor's line too.
    Theme(
        name="batchtui-high-contrast",
        primary="#7cc4ff",
        secondary="#d0d0d0",
        accent="#5ff0ff",
        warning="#ffd84d",
        error="#ffa3a3",
        success="#86f79a",
        foreground="#ffffff",
        background="#000000",
        surface="#0a0a0a",
        panel="#1c1c1c",
        dark=True,
        variables={"production": "#f3b0ff"},
    ),
    # After the palette of Okabe and Ito: what means something differs in lightness or between blue and yellow.
    Theme(
        name="batchtui-colour-blind",
        primary="#56b4e9",
        secondary="#8a96a3",
        accent="#8a90ff",
        warning="#f8c41d",
        error="#dd8640",
        success="#47c7fd",
        foreground="#e2e6ea",
        background="#12161c",
        surface="#171c24",
        panel="#222934",
        dark=True,
        variables={"production": "#e6a3cf"},
    ),
    # The terminal's own sixteen colours on the terminal's own ground, whatever a person has made of them.
    Theme(
        name=ANSI,
        ansi=True,
        primary="ansi_blue",
        secondary="ansi_cyan",
        accent="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        variables={
            "production": "ansi_magenta",
            "border": "ansi_cyan",
            "border-blurred": "ansi_default",
            "block-cursor-foreground": "ansi_default",
            "block-cursor-background": "ansi_default",
            "block-cursor-text-style": "bold reverse",
            "input-cursor-background": "ansi_default",
            "input-cursor-foreground": "ansi_default",
            "input-cursor-text-style": "reverse",
            "input-selection-background": "ansi_default",
            "input-selection-foreground": "ansi_default",
            "scrollbar": "ansi_default",
            "scrollbar-hover": "ansi_default",
            "scrollbar-active": "ansi_cyan",
            "scrollbar-background": "ansi_default",
            "scrollbar-background-hover": "ansi_default",
            "scrollbar-background-active": "ansi_default",
            "ansi-background": "ansi_default",
            "ansi-foreground": "ansi_default",
        },
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
        # What turns the terminal's own colours into others Textual decides on when a theme changes, and only then.
        if theme.name == _full(name or DEFAULT) and not theme.ansi:
            app.set_reactive(App.theme, theme.name)
            classes = {"-dark-mode": theme.dark, "-light-mode": not theme.dark, f"-theme-{theme.name}": True}
            app.update_classes(classes, update=False)
            app.stylesheet.set_variables(app.get_css_variables())


def go_on_with(app: App[Any], name: str | None) -> str | None:
    """For every theme that Textual knows, once the app is mounted; answers why there is no such theme."""
    wanted = name or DEFAULT
    if (why_not := why_unknown(wanted)) is None:
        app.theme = _full(wanted)
    return why_not


def why_unknown(name: str) -> str | None:
    """Why there is no such theme, in a sentence that names the nearest one; None where there is."""
    full, known = _full(name), _known()
    if full in known:
        return None
    from batchtui.configuration.reading import nearest

    return f"There is no theme '{name}'; is '{nearest(full, known)}' meant? There are: {', '.join(known)}."


def next_theme(app: App[Any]) -> str:
    """Goes on to the next of our own themes; answers its name."""
    names = [theme.name for theme in THEMES]
    here = names.index(app.theme) if app.theme in names else -1
    app.theme = names[(here + 1) % len(names)]
    return app.theme


def _known() -> tuple[str, ...]:
    return (*BUILTIN_THEMES, *(theme.name for theme in THEMES))


def _full(name: str) -> str:
    """``high-contrast`` is enough for our own."""
    known = _known()
    return f"{_OURS}{name}" if name not in known and f"{_OURS}{name}" in known else name
