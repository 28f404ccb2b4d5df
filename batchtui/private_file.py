"""Files that a person asks for: theirs alone, whole or not at all, and never over another one unasked."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path


def place_of(name: str, suggested: str) -> Path:
    """Where a name leads: into a directory under the name that was suggested.

    Raises:
        RuntimeError: There is no such home directory.
        ValueError: The name is none.
    """
    if not name.strip() or "\0" in name:
        raise ValueError("a file needs a name")
    path = Path(name.strip()).expanduser().absolute()
    return path / suggested if path.is_dir() else path


async def write_private(path: Path, parts: AsyncIterator[str], *, replaces: bool = False) -> None:
    """Writes a file of mode 0600 that appears when it is complete; the disk is waited for in threads.

    Args:
        path: The file.
        parts: Its text, in any pieces.
        replaces: Whether a file that is there already may be replaced.

    Raises:
        FileExistsError: There is one, and it may not.
        OSError: It cannot be written.
    """
    if not replaces and await asyncio.to_thread(os.path.lexists, path):
        raise FileExistsError(17, "it exists already", str(path))
    handle, name = await asyncio.to_thread(tempfile.mkstemp, dir=path.parent, prefix=f".{path.name[:80]}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as file:
            async for part in parts:
                await asyncio.to_thread(file.write, part)
            await asyncio.to_thread(file.flush)
        await asyncio.to_thread(_put, name, path, replaces)
    finally:
        with suppress(OSError):
            Path(name).unlink()  # noqa: ASYNC240  # it is gone where it took its place by its name


def _put(temporary: str, path: Path, replaces: bool) -> None:
    if replaces:
        Path(temporary).replace(path)
        return
    try:
        os.link(temporary, path)  # fails where somebody was quicker
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError(17, "it exists already", str(path)) from None
        Path(temporary).replace(path)
