"""Our own themes. Few colours, each with one meaning; every one of Textual's themes works as well."""

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
