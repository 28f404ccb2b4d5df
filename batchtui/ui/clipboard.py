"""Copying by OSC 52, also from inside tmux and GNU screen, which keep it to themselves by default."""

import asyncio
import base64
import logging
import re
from contextlib import suppress
from typing import Final

log = logging.getLogger(__name__)

_SECONDS = 2.0
MOST_COPIED: Final = 1_000_000
"""Characters: nobody pastes more, and over a slow link each has its price. A file takes the rest."""
# What is pasted into a shell must not end the bracket in which it is pasted, nor type control characters.
_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def copied_text(text: str) -> str:
    """What is put into a clipboard: no more than a person pastes, and nothing that a shell would obey."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text[:MOST_COPIED].replace("\r\n", "\n"))


def osc_52(text: str) -> str:
    """The sequence that puts a text, as ``copied_text`` has it, into the clipboard of the terminal."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


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
