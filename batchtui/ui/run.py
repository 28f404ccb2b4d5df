"""Running the monitor on this terminal."""

import sys

from batchtui.log_file import where_it_is_told
from batchtui.settings import CRASHED, Settings
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.watched_account import AccountContext


def run_app(settings: Settings, account: AccountContext) -> int:
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
        print(where_it_is_told(app._exception), file=sys.stderr)  # noqa: T201  # as above
    return status
