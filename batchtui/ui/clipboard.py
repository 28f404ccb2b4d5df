"""Copying from inside tmux, which by default keeps OSC 52 of programs to itself."""

import asyncio
import logging
import os
from contextlib import suppress

log = logging.getLogger(__name__)

_SECONDS = 2.0


def is_in_tmux() -> bool:
    """Whether this terminal is a pane of tmux."""
    return bool(os.environ.get("TMUX"))


async def copy_to_tmux(text: str) -> bool:
    """Puts a text into tmux's buffer and, by ``-w``, into the clipboard of the terminal around it.

    With tmux's default ``set-clipboard external`` only tmux itself may do the latter.

    Returns:
        Whether tmux took it; before tmux 3.2, which has no ``-w``, into its own buffer alone.
    """
    for options in (("-w",), ()):
        try:
            tmux = await asyncio.create_subprocess_exec(
                *("tmux", "load-buffer", *options, "-"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            log.warning("tmux cannot be run: %s", error)
            return False
        try:
            async with asyncio.timeout(_SECONDS):
                await tmux.communicate(text.encode(errors="replace"))
        except TimeoutError:
            with suppress(ProcessLookupError):
                tmux.kill()
            await tmux.wait()
            return False
        if tmux.returncode == 0:
            return True
    return False
