"""The log file: for its owner only, bounded, and no reason not to start where it cannot be written."""

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import cast

from batchtui.settings import APPLICATION, Settings, StartError, default_log_file

_MAX_BYTES = 1_000_000
_OLD_FILES = 2


class _PrivateHandler(RotatingFileHandler):
    """Creates each file readable by its owner alone (0600), the ones after a rotation too."""

    def _open(self) -> TextIOWrapper:
        opened = open(  # noqa: SIM115  # the handler closes it
            self.baseFilename,
            self.mode,
            encoding=self.encoding,
            opener=lambda path, flags: os.open(path, flags, 0o600),
        )
        Path(self.baseFilename).chmod(0o600)
        return cast(TextIOWrapper, opened)


def open_log_file(settings: Settings) -> Path | None:
    """Starts logging to a file.

    Returns:
        The file, None where the platform's place for logs cannot be written.

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
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    return path
