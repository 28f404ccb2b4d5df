"""The ways from the palette to the lists of what is neither job nor queue, and to the service jobs."""

from collections.abc import Callable

from textual.screen import Screen

from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach


def open_scheduling_policies(reach: Reach) -> None:
    """Opens the list, or goes back to it."""
    from batchtui.ui.screens.resource_lists import SchedulingPoliciesScreen as Listed

    if (gateway := reach.connected()) is not None:
        load = gateway.lists.list_scheduling_policies
        _open(reach, Listed, lambda: Listed(load, snapshot=reach.snapshot, clock=reach.clock))


def open_consumable_resources(reach: Reach) -> None:
    """Opens the list, or goes back to it."""
    from batchtui.ui.screens.resource_lists import ConsumableResourcesScreen as Listed

    if (gateway := reach.connected()) is not None:
        load = gateway.lists.list_consumable_resources
        _open(reach, Listed, lambda: Listed(load, seconds=reach.seconds, clock=reach.clock))


def open_service_environments(reach: Reach) -> None:
    """Opens the list, or goes back to it."""
    from batchtui.ui.screens.resource_lists import ServiceEnvironmentsScreen as Listed

    if (gateway := reach.connected()) is not None:
        load = gateway.lists.list_service_environments
        _open(
            reach,
            Listed,
            lambda: Listed(load, snapshot=reach.snapshot, seconds=reach.seconds, clock=reach.clock),
        )


def open_service_jobs(reach: Reach) -> None:
    """Opens the list, or goes back to it: it shows what is known anyhow."""
    from batchtui.ui.screens.service_jobs import ServiceJobsScreen as Listed

    _open(
        reach,
        Listed,
        lambda: Listed(snapshot=reach.snapshot, published=reach.published, clock=reach.clock),
    )


def open_queues(reach: Reach) -> None:
    """Opens how all queues stand, or goes back to it."""
    from batchtui.ui.screens.queue_standings import QueueStandingsScreen as Listed

    if reach.connected() is not None:
        _open(reach, Listed, lambda: Listed(reach))


def _open(reach: Reach, kind: type[Screen[None]], make: Callable[[], Screen[None]]) -> None:
    if not go_back_to(reach.app, lambda screen: isinstance(screen, kind)):
        reach.app.push_screen(make())
