"""The logs that are open, or were left and can be come back to."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

from batchtui.ui.reach import Reach

if TYPE_CHECKING:  # imported when the first log is opened
    from batchtui.aws.gateway import Gateway
    from batchtui.ui.screens.log import LogScreen


class OpenLogs:
    """Opens logs, each once.

    Args:
        reach: The program around them.
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._screens: list[LogScreen] = []

    def __contains__(self, screen: Screen[Any]) -> bool:
        return screen in self._screens

    def open(self, job_ids: tuple[str, ...], title: str) -> None:
        """Opens the log of jobs, or comes back to it at the place where it was left."""
        gateway = self._reach.connected()
        if gateway is None:
            return
        known = next((each for each in self._screens if each.job_ids == job_ids), None)
        if known is not None:
            if not go_back_to(self._reach.app, lambda screen: screen is known):
                self._reach.app.push_screen(known)
            return
        self._forget()
        log_screen = self._made(gateway, job_ids, title)
        self._screens.append(log_screen)
        # Installed, it outlives being left: who comes back finds the place again.
        self._reach.app.install_screen(log_screen, f"log {' '.join(job_ids)}")
        self._reach.app.push_screen(log_screen)

    def _made(self, gateway: "Gateway", job_ids: tuple[str, ...], title: str) -> "LogScreen":
        from batchtui.logs.session import LogSession
        from batchtui.ui.screens.log import LogScreen

        log_screen: LogScreen
        session = LogSession(
            gateway,
            job_ids,
            eks_cluster=lambda queue: self._reach.snapshot().eks_cluster_of(queue),
            is_service_job=lambda job_id: self._reach.snapshot().is_service_job(job_id),
            on_change=lambda: log_screen.session_changed(),
            wall_clock=self._reach.clock,
        )
        log_screen = LogScreen(
            title,
            job_ids,
            session,
            clock=self._reach.clock,
            is_paused=lambda: self._reach.snapshot().is_paused,
            published=self._reach.published,
            begins=self._reach.app.settings.logs,
        )
        return log_screen

    def close(self) -> None:
        """Lets go of all that were left, also of the latest."""
        self._forget()

    def _forget(self) -> None:
        """Only the latest log is kept after it was left: each may hold many megabytes."""
        for log_screen in [each for each in self._screens if each not in self._reach.app.screen_stack]:
            log_screen.forget()
            self._screens.remove(log_screen)
            self._reach.app.uninstall_screen(log_screen)
            log_screen.remove()


def go_back_to(app: App[Any], is_it: Callable[[Screen[Any]], bool]) -> bool:
    """Leaves the screens above one that is open; answers whether there is such a one."""
    if not any(is_it(screen) for screen in app.screen_stack):
        return False
    while not is_it(app.screen):
        app.pop_screen()
    return True
