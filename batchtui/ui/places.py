"""Every screen that is reached by its name, as ``:history``: palette and help are made from this list."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from batchtui.ui.keys import Key
from batchtui.ui.reach import Reach


@dataclass(frozen=True, slots=True)
class Place:
    """A screen.

    Attributes:
        name: What is typed after the colon.
        title: What the palette calls it.
        help: A sentence for the help.
        opens: ``module:function``, imported when it is first opened; the function takes a Reach.
    """

    name: str
    title: str
    help: str
    opens: str

    @property
    def command(self) -> str:
        """As people type it."""
        return f":{self.name}"

    def open(self, reach: Reach) -> None:
        """Opens the screen."""
        module, _, function = self.opens.partition(":")
        cast("Callable[[Reach], None]", getattr(import_module(module), function))(reach)


PLACES = (
    Place(
        "queues",
        "Queues",
        "How all of them stand: in use, throughput, when they are empty, what blocks them",
        "batchtui.ui.open_lists:open_queues",
    ),
    Place(
        "groups",
        "Jobs in groups",
        "By step, cause of failure, definition, queue, share, tag, array",
        "batchtui.ui.open_groups:open_groups",
    ),
    Place(
        "definitions",
        "Job definitions",
        "All active ones, and new jobs from them",
        "batchtui.ui.new_jobs:open_definitions",
    ),
    Place(
        "scheduling-policies",
        "Scheduling policies",
        "Who gets how much of a queue, and which queues use them",
        "batchtui.ui.open_lists:open_scheduling_policies",
    ),
    Place(
        "consumable-resources",
        "Consumable resources",
        "What jobs take besides vCPUs and memory, and which jobs",
        "batchtui.ui.open_lists:open_consumable_resources",
    ),
    Place(
        "service-environments",
        "Service environments",
        "How much of SageMaker the queues may use",
        "batchtui.ui.open_lists:open_service_environments",
    ),
    Place(
        "service-jobs",
        "Service jobs",
        "The jobs that SageMaker runs, of all queues",
        "batchtui.ui.open_lists:open_service_jobs",
    ),
    Place(
        "history",
        "History of actions",
        "What was stopped, submitted and changed from here",
        "batchtui.ui.open_history:open_history",
    ),
    Place(
        "watched",
        "Watched jobs",
        "Of whose end you will be told, and what has ended",
        "batchtui.ui.open_watched:open_watched",
    ),
    Place(
        "past",
        "Jobs of the past",
        "All that were seen from here, also those that AWS has forgotten",
        "batchtui.ui.open_past:open_past",
    ),
    Place(
        "api",
        "API calls",
        "What this program takes of the account's quota",
        "batchtui.ui.open_api:open_api",
    ),
    Place(
        "contexts",
        "Contexts",
        "Every account and region that is watched, how each is doing, and the way there",
        "batchtui.ui.open_contexts:open_contexts",
    ),
    Place(
        "all-jobs",
        "Jobs of all contexts",
        "One list of the jobs of every account and region that is watched",
        "batchtui.ui.open_contexts:open_all_jobs",
    ),
    Place(
        "profiles",
        "Profiles",
        "Go to the account of another profile",
        "batchtui.ui.open_contexts:choose_profile",
    ),
    Place(
        "regions",
        "Regions",
        "Go to another region",
        "batchtui.ui.open_contexts:choose_region",
    ),
)


def in_help() -> tuple[str, tuple[Key, ...]]:
    """A group for the help."""
    keys = (Key(f"to-{each.name}", "", "", f"{each.title}: {each.help}", shown=each.command) for each in PLACES)
    return "Screens, by name", tuple(keys)


def place(name: str) -> Place:
    """The place of a name."""
    return next(each for each in PLACES if each.name == name)
