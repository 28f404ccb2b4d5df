"""The screens Scheduling policies, Consumable resources and Service environments."""

from collections.abc import AsyncGenerator, Callable, Iterable
from typing import ClassVar

from textual.binding import BindingType

from batchtui.format import plain
from batchtui.model.consumable_resource import ConsumableResource
from batchtui.model.scheduling_policy import SchedulingPolicyDetail
from batchtui.model.service_environment import ServiceEnvironmentDetail
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.keys import bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.panes.consumable_resources import ConsumableResourcesPane, resource_key
from batchtui.ui.panes.scheduling_policies import PolicyRow, SchedulingPoliciesPane, policy_key
from batchtui.ui.panes.service_environments import (
    ServiceEnvironmentRow,
    ServiceEnvironmentsPane,
    environment_key,
)
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.loading import LoadingScreen

_NOT_OF_JOBS = ("log", "why", "new-job")
POLICY_KEYS = listing_keys("policies", "Scheduling policies", without=_NOT_OF_JOBS)
CONSUMABLE_KEYS = listing_keys("consumables", "Consumable resources", without=_NOT_OF_JOBS)
SERVICE_ENVIRONMENT_KEYS = listing_keys("service-environments", "Service environments", without=_NOT_OF_JOBS)


class SchedulingPoliciesScreen(LoadingScreen[SchedulingPolicyDetail]):
    """The list, by name.

    Args:
        load: Asks for all of them, a page at a time.
        snapshot: Tells which queues use them.
        clock: Epoch seconds.
    """

    ARE_CALLED = "scheduling policies"
    KEYS = POLICY_KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self,
        load: Callable[[], AsyncGenerator[list[SchedulingPolicyDetail]]],
        *,
        snapshot: Callable[[], Snapshot],
        clock: Callable[[], float],
    ) -> None:
        title = plain("Scheduling policies: who gets how much of a queue", "strong")
        super().__init__(title, SchedulingPoliciesPane(clock), load)
        self._snapshot = snapshot

    def take(self, found: dict[str, SchedulingPolicyDetail], items: Iterable[SchedulingPolicyDetail]) -> None:
        """Adds policies."""
        found.update((policy_key(item), item) for item in items)

    def show(self, items: dict[str, SchedulingPolicyDetail]) -> None:
        """Shows them, each with its queues."""
        users: dict[str, tuple[str, ...]] = {}
        for queue in self._snapshot().job_queues or ():
            if queue.scheduling_policy_arn:
                known = users.get(queue.scheduling_policy_arn, ())
                users[queue.scheduling_policy_arn] = (*known, queue.job_queue_name)
        rows = [PolicyRow(policy, users.get(policy.arn or "", ())) for policy in items.values()]
        self.pane.show_rows(sorted(rows, key=lambda row: (row.policy.name.casefold(), policy_key(row.policy))))

    def target(self) -> Target | None:
        """The policy under the cursor."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        policy: SchedulingPolicyDetail = row.policy
        return Target("scheduling-policy", policy_key(policy), policy.name, name=policy.name, arn=policy.arn)


class ConsumableResourcesScreen(LoadingScreen[ConsumableResource]):
    """The list, by name; what is in use changes, so that it is asked for again.

    Args:
        load: Asks for all of them, a page at a time.
        seconds: After how long they are asked for again.
        clock: Epoch seconds.
    """

    ARE_CALLED = "consumable resources"
    KEYS = CONSUMABLE_KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self,
        load: Callable[[], AsyncGenerator[list[ConsumableResource]]],
        *,
        seconds: Callable[[], float | None],
        clock: Callable[[], float],
    ) -> None:
        title = plain("Consumable resources: what jobs take besides vCPUs and memory", "strong")
        super().__init__(title, ConsumableResourcesPane(clock), load, seconds=seconds)

    def show(self, items: dict[str, ConsumableResource]) -> None:
        """Shows them by name."""
        self.pane.show_rows(sorted(items.values(), key=lambda each: (each.name.casefold(), resource_key(each))))

    def target(self) -> Target | None:
        """The resource under the cursor."""
        row: ConsumableResource | None = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        return Target("consumable-resource", resource_key(row), row.name, name=row.name, arn=row.arn)


class ServiceEnvironmentsScreen(LoadingScreen[ServiceEnvironmentDetail]):
    """The list, by name; their states change, so that they are asked for again.

    Args:
        load: Asks for all of them, a page at a time.
        snapshot: Tells which queues run on them.
        seconds: After how long they are asked for again.
        clock: Epoch seconds.
    """

    ARE_CALLED = "service environments"
    KEYS = SERVICE_ENVIRONMENT_KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self,
        load: Callable[[], AsyncGenerator[list[ServiceEnvironmentDetail]]],
        *,
        snapshot: Callable[[], Snapshot],
        seconds: Callable[[], float | None],
        clock: Callable[[], float],
    ) -> None:
        title = plain("Service environments: how much of SageMaker the queues may use", "strong")
        super().__init__(title, ServiceEnvironmentsPane(clock), load, seconds=seconds)
        self._snapshot = snapshot

    def take(self, found: dict[str, ServiceEnvironmentDetail], items: Iterable[ServiceEnvironmentDetail]) -> None:
        """Adds environments."""
        found.update((environment_key(item), item) for item in items)

    def show(self, items: dict[str, ServiceEnvironmentDetail]) -> None:
        """Shows them, each with its queues."""
        queues = self._snapshot().job_queues or ()
        rows = [
            ServiceEnvironmentRow(
                environment,
                tuple(queue.job_queue_name for queue in queues if name in queue.service_environment_order),
            )
            for name, environment in items.items()
        ]
        self.pane.show_rows(sorted(rows, key=lambda row: environment_key(row.environment).casefold()))

    def target(self) -> Target | None:
        """The environment under the cursor."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        environment: ServiceEnvironmentDetail = row.environment
        name = environment_key(environment)
        return Target("service-environment", name, name, arn=environment.service_environment_arn)
