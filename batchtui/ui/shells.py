"""From a person who wants a shell to the dialog, the session, and the program that has the terminal meanwhile."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any

from textual.screen import Screen
from textual.worker import Worker

from batchtui.actions.session_plugin import (
    NOT_INSTALLED,
    PluginCall,
    installed_plugin,
    plugin_call,
    plugin_version,
)
from batchtui.actions.shell import COMMAND, OPERATION, ShellPlan, entry_of, plan_shell, why_not_for_job
from batchtui.aws.errors import AccessDeniedError, AmbiguousError, AwsError
from batchtui.aws.shell_gateway import ShellGateway
from batchtui.model.ecs_task import EcsContainer, cluster_arn
from batchtui.model.job_detail import JobDetail
from batchtui.sync.trail_reads import FORGOTTEN, absence_of, environment_of, place_of
from batchtui.ui.details.host_live import environments_for
from batchtui.ui.lent_terminal import TYPED_SIGNALS, TerminalError, run_in_terminal
from batchtui.ui.means import Means

_SERVICE_JOB = "A service job runs in SageMaker: ECS Exec does not reach it."
_UNKNOWN = "AWS Batch does not know this job, or not any more."
_NO_CLUSTER = "AWS does not tell in which cluster the task runs."
_NEEDS_IT = "A shell needs that, too."
_IN_DOUBT = "A session may be open: nobody is in it, and ECS ends it by itself."
_QUICK_SECONDS = 3.0
"""Whatever ends so soon has hardly been a shell: what it said is to be read."""
_READING_SECONDS = 5.0
_SHELL_SIGNALS = (*TYPED_SIGNALS, signal.SIGTSTP)
"""In a shell ctrl+z belongs to what runs within it."""


class Shells:
    """Opens shells, for one run of the program; in read-only mode there are none.

    Args:
        means: What it takes; the record keeps that a shell was opened, not what was typed.
        control: Opens sessions.
    """

    def __init__(self, means: Means, control: ShellGateway) -> None:
        self._means = means
        self._control = control
        self.is_opening = False
        """Whether a session was asked for that nobody is in yet, or that somebody is in."""

    def forbid(self) -> None:
        """From now on no shell is opened."""
        self._control.forbid()

    def ask(self, job_id: str) -> None:
        """Opens the dialog, or says why there can be no shell."""
        if self._means.snapshot().is_service_job(job_id):
            self._say(_SERVICE_JOB)
            return
        if self.is_opening:  # asking again would cut off what was sent, and open another one
            self._say("A shell is being opened …")
            return
        work = partial(self._ask_when_known, job_id, self._means.app.screen)
        _: Worker[None] = self._means.app.run_worker(work, name="shell", group="shell", exclusive=True)

    async def _ask_when_known(self, job_id: str, asked_on: Screen[Any]) -> None:
        plugin = installed_plugin(os.environ)
        try:
            found = await self._plan(job_id)
        except AwsError as error:
            found = str(error)
        if isinstance(found, str) or plugin is None:
            told = [found] if isinstance(found, str) else []
            self._say(" ".join((*told, *([] if plugin else [NOT_INSTALLED]))))
        elif self._means.app.screen is asked_on:  # else a dialog would open where nobody expects one
            from batchtui.ui.screens.shell import ShellScreen

            container = await self._means.app.push_screen_wait(ShellScreen(found))
            if container is not None:
                self.is_opening = True
                try:
                    await self._open(plugin, found, container)
                finally:
                    self.is_opening = False

    async def _plan(self, job_id: str) -> ShellPlan | str:
        jobs = await self._means.reads.describe_jobs([job_id], urgent=True)
        if not jobs:
            return _UNKNOWN
        place = place_of(jobs[0])
        if (why := why_not_for_job(jobs[0])) is not None or place is None:
            return why or _UNKNOWN
        cluster = self._cluster(jobs[0], place.task_arn)
        if cluster is None:
            return _NO_CLUSTER
        try:
            task = await self._means.reads.ecs.describe_task(cluster, place.task_arn)
        except AccessDeniedError as error:
            return f"{absence_of('ecs:DescribeTasks', error).sentence}. {_NEEDS_IT}"
        return plan_shell(jobs[0], task, cluster, self._means.actor().region) if task else FORGOTTEN

    def _cluster(self, job: JobDetail, task_arn: str) -> str | None:
        environment = environment_of(task_arn, environments_for(self._means.snapshot(), job.summary))
        return (environment.ecs_cluster_arn if environment else None) or cluster_arn(task_arn)

    async def _open(self, plugin: str, plan: ShellPlan, container: EcsContainer) -> None:
        version = await plugin_version(plugin)
        failure: AwsError | None = AmbiguousError("Batchtui ended before the answer", operation=OPERATION)
        try:
            session = await self._control.execute_command(plan.cluster, plan.task_id, container.name, COMMAND)
            failure = None
        except AwsError as error:
            failure = error
            self._say(_why_refused(error))
            return
        finally:
            actor, at = self._means.actor(), self._means.clock()
            self._means.record.add([entry_of(plan, container, failure, actor=actor, at=at)])
        call = plugin_call(
            plugin,
            session,
            plan.target(container),
            region=plan.region or actor.region or "",
            profile=actor.profile,
            endpoint_url=self._control.endpoint_url,
            version=version,
            environ=os.environ,
        )
        await self._lend(call, plan, container)

    async def _lend(self, call: PluginCall, plan: ShellPlan, container: EcsContainer) -> None:
        began = monotonic()

        async def afterwards(status: int) -> None:
            if status or monotonic() - began < _QUICK_SECONDS:
                await _let_read(status)

        try:
            status = await run_in_terminal(
                self._means.app,
                call.command,
                environment=call.environment,
                for_program=_SHELL_SIGNALS,
                afterwards=afterwards,
            )
        except TerminalError as error:
            self._say(f"{error} {_IN_DOUBT}")
            return
        words = f"The shell in {container.name} of {plan.job_name} has ended with exit status {status}."
        self._means.app.notify(words, severity="warning" if status else "information")

    def _say(self, sentence: str) -> None:
        self._means.app.notify(sentence, severity="warning", timeout=12)


def _why_refused(error: AwsError) -> str:
    if isinstance(error, AccessDeniedError):
        return f"{absence_of(f'ecs:{OPERATION}', error).sentence}."
    if isinstance(error, AmbiguousError):
        return f"{OPERATION}: {error.detail}. {_IN_DOUBT}"
    return str(error)


async def _let_read(status: int) -> None:
    """Leaves on the screen what a program said that ended at once: until enter, or for some seconds."""
    words = f"\r\nIt ended with exit status {status}. Enter goes back, or {_READING_SECONDS:.0f} seconds do.\r\n"
    loop, pressed = asyncio.get_running_loop(), asyncio.Event()
    stdin, stdout = sys.__stdin__, sys.__stdout__
    if stdin is None or stdout is None:
        return
    with suppress(OSError, ValueError, NotImplementedError):
        os.write(stdout.fileno(), words.encode())
        descriptor = stdin.fileno()
        loop.add_reader(descriptor, pressed.set)
        try:
            async with asyncio.timeout(_READING_SECONDS):
                await pressed.wait()
            os.read(descriptor, 4096)
        except TimeoutError:
            pass
        finally:
            loop.remove_reader(descriptor)
