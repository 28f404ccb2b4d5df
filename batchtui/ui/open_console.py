"""Pages of AWS's web console: opened where a browser can be seen, else copied and shown."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Mapping
from functools import partial
from typing import Final

from batchtui.aws.endpoints import is_of_aws
from batchtui.aws.errors import AwsError
from batchtui.format import Cell, link_to, plain
from batchtui.ui.messages import ConsoleWanted
from batchtui.ui.reach import Reach
from batchtui.ui.screens.text import TextScreen

_NO_CONSOLE: Final = "This account is not at AWS (another endpoint): there is no console for it."
_NO_PAGE: Final = "AWS's console has no page of this, or none that is known here."


def has_browser_here(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a browser that is started here would be seen by whoever presses the key.

    Args:
        environ: The environment.
        platform: ``sys.platform``.
    """
    if any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")):
        return False
    return platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def link_lines(title: str, url: str) -> list[Cell]:
    """What is said where there is no browser: the address, which terminals can open."""
    return [
        plain(f"The page of {title} in AWS's web console:"),
        plain(""),
        link_to(url),
        plain(""),
        plain(
            "It is copied, if the terminal allows that (OSC 52). No browser of yours can be opened from here.",
            "muted",
        ),
    ]


async def open_console(reach: Reach, event: ConsoleWanted) -> None:
    """Opens the page, or copies its address and shows it; of an account that is not at AWS there is none."""
    app, gateway = reach.app, reach.connected()
    if gateway is None:
        return
    connection = gateway.connection
    try:
        endpoint_url = await connection.endpoint_url()
    except AwsError as error:
        app.notify(str(error), severity="warning")
        return
    region = connection.resolved.region if connection.resolved is not None else ""
    url = event.page(region)
    if not is_of_aws(endpoint_url):
        app.notify(_NO_CONSOLE, severity="warning")
    elif url is None:
        app.notify(_NO_PAGE, severity="warning")
    elif has_browser_here(os.environ, sys.platform) and await asyncio.to_thread(_opened, url):
        app.notify(f"Opened the page of {event.title} in the browser.")
    else:
        app.copy_to_clipboard(url)
        app.push_screen(TextScreen("AWS console", partial(link_lines, event.title, url)))


def _opened(url: str) -> bool:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    is_of_terminal = isinstance(browser, webbrowser.GenericBrowser) and not isinstance(
        browser, webbrowser.BackgroundBrowser
    )
    return not is_of_terminal and browser.open(url)  # lynx and the like would take this terminal
