"""The service jobs of all queues: jobs that another service, such as SageMaker, runs."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from batchtui.sync.snapshot import Snapshot
from batchtui.ui.panes.jobs import JobsPane

_OF_CONTAINERS = ("vcpus", "definition")
"""Columns of what service jobs do not have."""


class ServiceJobsPane(JobsPane):
    """The list of jobs, of the queues that take service jobs alone."""

    TITLE = "Service jobs"
    LIST = "service-jobs"

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._columns = tuple(column for column in self._columns if column.key not in _OF_CONTAINERS)
        self.table.set_columns(self._columns)
        self._is_without_queues = False

    def show_known(self, snapshot: Snapshot) -> None:
        """Shows what a snapshot knows of them."""
        queues = tuple(queue for queue in snapshot.job_queues or () if queue.takes_service_jobs)
        names = {queue.job_queue_name for queue in queues}
        jobs = {name: held for name, held in snapshot.jobs.items() if name in names}
        known = None if snapshot.job_queues is None else queues
        self._is_without_queues = known == ()
        self.update(replace(snapshot, job_queues=known, jobs=MappingProxyType(jobs)), None)

    def empty_lines(self) -> tuple[str, ...]:
        if self._is_without_queues:
            return (
                "No queue that is known takes service jobs: none is of type SAGEMAKER_TRAINING.",
                "Jobs that run in containers are in the list Jobs.",
            )
        return super().empty_lines()
