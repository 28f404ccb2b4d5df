"""Running the monitor on this terminal."""

import sys
from pathlib import Path

from batchtui.settings import CRASHED, Settings
from batchtui.ui.app import AccountContext, BatchtuiApp


def run_app(settings: Settings, account: AccountContext, *, log_file: Path | None) -> int:
    """Runs the monitor on this terminal.

    Returns:
        The exit status: 0 ended by the user, 1 crashed, 2 could not start.
    """
    app = BatchtuiApp(settings, account)
    app.run()
    status = app.return_code or 0
    if app.failure is not None:
        print(f"batchtui: {app.failure}", file=sys.stderr)  # noqa: T201  # the screen is gone
    elif status == CRASHED:
        place = f"the traceback is in {log_file}" if log_file else repr(app._exception)
        print(f"batchtui crashed: {place}", file=sys.stderr)  # noqa: T201  # as above
    return status
