"""Ctrl-C on a terminal: leave the job running, or stop it."""

import asyncio
import signal
import sys
import time
from typing import TYPE_CHECKING, Final

from batchtui.actions.entry import Actor
from batchtui.actions.outcomes import Standing, entries_of
from batchtui.actions.stop import plan_stop
from batchtui.actions.stopping import StopRun
from batchtui.commands.course import AnyJob
from batchtui.commands.printer import Printer, name_of, notice
from batchtui.commands.session import Session
from batchtui.commands.signals import Signals, ask, can_ask

if TYPE_CHECKING:
    from batchtui.commands.watch import Watch

REASON: Final = "Stopped by a person with Ctrl-C in batchtui watch"
"""Becomes the job's statusReason."""


class StoppingByHand:
    """Decides what a signal means.

    Args:
        session: The way to AWS.
        printer: Told that the job was asked to stop.
        watch: What goes on meanwhile.
    """

    def __init__(self, session: Session, printer: Printer, watch: "Watch") -> None:
        self._session = session
        self._printer = printer
        self._watch = watch
        self._was_asked = False

    async def goes_on(self, number: int, came: Signals) -> bool:
        """Whether watching goes on after this signal: only where a person at a terminal wants the job to stop."""
        job = self._watch.job
        if number != signal.SIGINT or self._was_asked or not can_ask() or job is None:
            return False
        if not job.summary.is_active:
            return False
        self._was_asked = True
        identity = await self._session.identity()
        if why := self._session.why_read_only(identity):
            notice(f"{why} {name_of(job)} is left as it is.")
            return False
        self._watch.may_print.clear()
        try:
            if not await self._wants_to_stop(came):
                return False
            run = StopRun(plan_stop([job.summary]), REASON, self._session.control(), self._session.gateway)
            is_over = await _until_signal(run, came)
        finally:
            self._watch.may_print.set()
        self._tell(job, run, self._session.actor(identity))
        self._watch.wake()
        return is_over

    def _tell(self, job: AnyJob, run: StopRun, actor: Actor) -> None:
        """Says what has become of the stop, and puts it on record."""
        self._session.record().add(entries_of(run.outcomes, run.reason, actor=actor, at=time.time()))
        for outcome in run.outcomes:
            if outcome.standing is Standing.ACCEPTED:
                self._printer.asked_to_stop(job, f"{outcome.call.value}: {name_of(job)} will stop.")
            else:
                why = str(outcome.error) if outcome.error else "nobody knows whether AWS heard it"
                self._printer.trouble(f"{outcome.call.value}: {outcome.standing.value}. {why}")
        for left in run.plan.left_out:
            self._printer.trouble(f"{name_of(job)} {left.why}.")

    async def _wants_to_stop(self, came: Signals) -> bool:
        """Asks; a second Ctrl-C leaves, as does everything but an s."""
        job = self._watch.job
        assert job is not None
        question = f"\nLeave {name_of(job)} running, or stop it? [l/s, enter leaves] "
        answering = asyncio.create_task(ask(question))
        leaving = asyncio.create_task(came.next())
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        is_answered = answering.done() and not leaving.done()
        for task in (answering, leaving):
            task.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)
        if not is_answered:
            sys.stderr.write("\n")
        return is_answered and answering.result().startswith("s")


async def _until_signal(run: StopRun, came: Signals) -> bool:
    """Carries a stop out, however often AWS throttles it; a signal breaks it off.

    Returns:
        Whether it was carried to its end.
    """
    stopping, leaving = asyncio.create_task(run.run()), asyncio.create_task(came.next())
    await asyncio.wait({stopping, leaving}, return_when=asyncio.FIRST_COMPLETED)
    is_over = stopping.done()
    for task in (stopping, leaving):
        task.cancel()
    await asyncio.gather(stopping, leaving, return_exceptions=True)
    if is_over:
        stopping.result()
    return is_over
