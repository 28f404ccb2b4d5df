"""The log file: for its owner only, bounded, without secrets, and no reason not to start where it cannot be."""

import logging
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final, cast

from batchtui.model.secrets import masked_text
from batchtui.settings import APPLICATION, Settings, StartError, default_log_file

_MAX_BYTES: Final = 1_000_000
_OLD_FILES: Final = 2
_LONGEST: Final = 20_000
"""Characters of one entry: of a long traceback the beginning and the end tell the most."""


class LogTrouble:
    """Why the log cannot be written, if it cannot: who starts it before there is a screen tells it there later."""

    def __init__(self) -> None:
        self.sentence = ""
        self.on_trouble: Callable[[str], None] = lambda sentence: None

    def note(self, path: Path, error: OSError) -> None:
        """Remembers it, and tells it the first time."""
        if not self.sentence:
            self.sentence = f"The log file {path} cannot be written: {error.strerror or error}."
            self.on_trouble(self.sentence)


trouble = LogTrouble()


class _Masked(logging.Formatter):
    """What is logged, and the messages of errors in tracebacks, without what looks secret."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if len(text) > _LONGEST:
            left_out = f"… {len(text) - _LONGEST:,} more characters …"
            text = f"{text[: _LONGEST // 2]}\n{left_out}\n{text[-_LONGEST // 2 :]}"
        return masked_text(text)


class _PrivateHandler(RotatingFileHandler):
    """Makes each file readable by its owner alone (0600), those that were there and those after a rotation too."""

    def _open(self) -> TextIOWrapper:
        opened = open(  # noqa: SIM115  # the handler closes it
            self.baseFilename, self.mode, encoding=self.encoding, errors="backslashreplace", opener=_open_private
        )
        return cast(TextIOWrapper, opened)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """A full disk is told once. By itself logging would write a traceback over the screen, for each entry."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            trouble.note(Path(self.baseFilename), error)

    def close(self) -> None:
        with suppress(OSError):  # what found no room finds none now
            super().close()


def _open_private(path: str, flags: int) -> int:
    # O_NONBLOCK: a named pipe without a reader is an error, not a wait for good.
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # /dev/null must stay everybody's
            os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def open_log_file(settings: Settings) -> Path | None:
    """Starts logging to a file.

    Returns:
        The file, None where the platform's place for logs cannot be written; ``trouble`` says why then.

    Raises:
        StartError: ``--log-file`` names a file that cannot be written.
    """
    logger = logging.getLogger(APPLICATION)
    logger.propagate = False
    logger.setLevel(settings.log_level.upper())
    path = settings.log_file or default_log_file()
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _PrivateHandler(path, maxBytes=_MAX_BYTES, backupCount=_OLD_FILES, encoding="utf-8")
    except OSError as error:
        logger.addHandler(logging.NullHandler())
        if settings.log_file is not None:
            raise StartError(f"The log file {path} cannot be written: {error.strerror}.") from error
        trouble.note(path, error)
        return None
    handler.setFormatter(_Masked("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    return path


def crashed(error: BaseException | None) -> str:
    """Logs a crash; says in a sentence where the traceback is, which has no values of variables.

    Args:
        error: What nobody expected.
    """
    logging.getLogger(APPLICATION).error("batchtui crashed", exc_info=error)
    return where_it_is_told(error)


def where_it_is_told(error: BaseException | None) -> str:
    """The sentence alone, of a crash that was logged."""
    handlers = logging.getLogger(APPLICATION).handlers
    files = [handler.baseFilename for handler in handlers if isinstance(handler, _PrivateHandler)]
    is_told = files and not trouble.sentence
    return f"batchtui crashed: {f'the traceback is in {files[-1]}' if is_told else masked_text(repr(error))}"
