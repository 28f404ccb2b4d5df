"""The way to the jobs in groups, and from a group to its jobs."""

from collections.abc import Callable
from functools import partial

from batchtui.insight.array_units import UNLISTED, causes_in, is_array, units
from batchtui.insight.group import Group
from batchtui.insight.group_keys import By, GroupKey, key_by
from batchtui.insight.groups import OTHERS
from batchtui.model.job import FAILED, JobSummary
from batchtui.query.groups import filter_of
from batchtui.ui.messages import DetailWanted
from batchtui.ui.open_logs import go_back_to
from batchtui.ui.panes.jobs import JobsPane, has_status
from batchtui.ui.reach import Reach
from batchtui.ui.screens.group_jobs import GroupJobsScreen
from batchtui.ui.screens.groups import GroupsScreen

_NAME = "groups"


def open_groups(reach: Reach) -> None:
    """Opens the screen for the jobs that the main screen shows, or goes back to it.

    It is installed: who comes back finds the same way of grouping, the place, and what was described.
    """
    if reach.connected() is None or go_back_to(reach.app, lambda screen: isinstance(screen, GroupsScreen)):
        return
    if not reach.app.is_screen_installed(_NAME):
        reach.app.install_screen(GroupsScreen(reach, partial(_open_jobs, reach)), _NAME)
    screen = reach.app.get_screen(_NAME, GroupsScreen)
    main = reach.app.get_default_screen()
    reach.app.push_screen(screen)
    screen.choose(main.queue, _jobs_of_main(reach).status)


def _open_jobs(reach: Reach, screen: GroupsScreen, group: Group) -> None:
    """Goes to a group's jobs: to the main list where its filter can say which, else to a list of their own."""
    grouped, grouping = screen.pane.grouped, screen.pane.grouping
    if grouping is None:
        return
    if grouped.by is By.ARRAY and not group.key.is_rest:
        screen.post_message(DetailWanted("job", group.key.text, group.label))
        return
    # The jobs list shows an array as one job, in a status and with a cause of its own.
    is_by_child = bool(group.arrays) and (grouped.by is By.CAUSE or bool(grouped.status))
    text = None if is_by_child else filter_of(group.key, grouped.by, [each.key for each in grouping.groups])
    if text is not None:
        reach.app.go_to_queue(grouped.queue or "")
        reach.app.get_default_screen().remove_class("-zoom")
        reach.app.get_default_screen().action_status(grouped.status)
        _jobs_of_main(reach).filter_by(text)
        return
    reach.app.push_screen(
        GroupJobsScreen(
            f"{group.label} · {grouped.status}" if is_by_child and grouped.status else group.label,
            belongs_to(screen, group),
            queue=grouped.queue,
            status="" if is_by_child else grouped.status,
            snapshot=reach.snapshot,
            published=reach.published,
            stops=lambda: _jobs_of_main(reach).stops,
            refresh=reach.app.action_refresh_now,
            clock=reach.clock,
        )
    )


def belongs_to(screen: GroupsScreen, group: Group) -> Callable[[JobSummary], bool]:
    """Tells the jobs of a group; what is described later counts too."""
    wanted, grouping = screen.pane.grouped, screen.pane.grouping
    key_of = key_by(wanted.by, wanted.tag, screen.needs)
    others = (
        {each.key for each in grouping.groups} if grouping is not None and group.key == OTHERS else frozenset()
    )

    def is_it(key: GroupKey) -> bool:
        return key not in others if others else key == group.key

    def belongs(job: JobSummary) -> bool:
        if is_array(job):
            if not (counts := units(job, wanted.status)):
                return False
            if wanted.by is By.CAUSE:
                family = screen.families.get(job.job_id, UNLISTED)
                return any(is_it(GroupKey(cause)) for cause, *_ in causes_in(job, counts.get(FAILED, 0), family))
        elif not has_status(job, wanted.status):
            return False
        keyed = key_of(job)
        return keyed is not None and is_it(keyed[0])

    return belongs


def _jobs_of_main(reach: Reach) -> JobsPane:
    return reach.app.get_default_screen().query_one("#jobs", JobsPane)
