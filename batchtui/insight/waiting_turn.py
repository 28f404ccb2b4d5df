"""Rules about whose turn it is: the place in the queue, the head of it, other queues, and retries."""

from collections.abc import Sequence
from typing import Final

from batchtui.insight.blocked import DOCUMENTED
from batchtui.insight.case import GUIDE, Case, Finding, NotSeen, RuledOut, known_name
from batchtui.insight.phrases import count, duration, listed, number, ordinal, short, since, told, whole
from batchtui.insight.queue_load import PLACED
from batchtui.insight.verdict import Certainty, Lead, Verdict
from batchtui.insight.waiting_room import STUCK
from batchtui.insight.waiting_shares import first_of_share, share_figures
from batchtui.model.fields import arn_name
from batchtui.model.job import RUNNABLE
from batchtui.model.job_detail import AttemptDetail
from batchtui.model.job_queue_snapshot import MOST_AT_THE_FRONT, FrontOfQueueJobSummary

_PRIORITY: Final = f"{GUIDE}job_queue_parameters.html"
_RETRIES: Final = f"{GUIDE}job_retries.html"
STUCK_MS: Final = 600_000
"""A head is stuck once it has been one for so long: instances take minutes to come."""
_HOPELESS_MS: Final = 3_600_000
"""After so long it may be given up, so that the others go on."""
_FEW_IN_FRONT: Final = 2
_MOVED_MS: Final = 60_000
"""A place that was taken so much later than the head's was not taken with it."""
_FRESH_MS: Final = 30_000
"""A younger picture of the queue is as good as a new one: its age is not worth a word."""


def blocked_head(case: Case) -> Finding:
    """The job at the head of the queue is stuck, and all others behind it."""
    own = case.job.job_arn or ""
    front = case.snapshot.front_of_queue if case.snapshot is not None else ()
    head = case.known_jobs.get(front[0].job_arn) if front else None
    if not front and not case.job.is_service_job:  # where each quota share has a head of its own
        head = case.load.head  # AWS gives such a reason to the head alone
    if head is None or head.job_id == case.job.job_id or (own and (head.job_arn or "").startswith(f"{own}:")):
        return None
    reason = head.status_reason or ""
    if not reason.startswith(DOCUMENTED):
        return RuledOut(f"nothing is told to block the head of its queue ({whole(head.job_name)})")
    if not front and case.load.newest_placed > (head.created_at or 0):
        return RuledOut(f"the head of its queue is stuck ({whole(head.job_name)}), but jobs started past it")
    begun = front[0].earliest_time_at_position if front else None
    later = [each for each in case.situation.jobs or () if begun is not None and (each.created_at or 0) > begun]
    past = [each for each in later if each.status in PLACED]
    if past:  # they came after it, and have a place
        went = f"{count(len(past), 'job')} started past it ({listed([whole(each.job_name) for each in past], 1)})"
        return RuledOut(f"the head of its queue is stuck ({whole(head.job_name)}), but {went}")
    if begun is not None and (moved := _moved_behind(front, begun)) is not None:
        ago = since(moved, case.now) or "0s"
        words = f"the head of its queue is stuck ({whole(head.job_name)}), but the queue moves behind it"
        return RuledOut(f"{words}: its 2nd came to its place {ago} ago")
    held = case.now - begun if begun is not None else None
    at_head = f"at the head for {duration(held / 1000)}" if held is not None else "AWS does not tell since when"
    cause, remedies = f"Its queue's head is stuck: {short(head.job_name)}.", ["Mend what the head waits for."]
    if held is None:  # it may have come to the head a moment ago
        cause = f"Its queue's head has no place: {short(head.job_name, 20)}."
    elif held < STUCK_MS:
        cause = f"Its queue's head has no place yet: {short(head.job_name, 16)}."
        remedies = ["Wait some minutes: it has not been at the head for long."]
    elif held >= _HOPELESS_MS:
        remedies.append("If that takes too long: cancel the head, so that the next one comes to it.")
    return Verdict(
        "blocked-head",
        cause,
        Certainty.LIKELY,
        (f"{whole(head.job_name)}: {told(reason)}", f"head of the queue: {head.job_id}, {at_head}"),
        tuple(remedies),
        STUCK,
        (Lead("job", head.job_id, "the job at the head"),),
    )


def _moved_behind(front: Sequence[FrontOfQueueJobSummary], begun: int) -> int | None:
    """When the job behind the head came to its place, if that was well after the head did.

    New jobs come at the end: where there are others behind it, those that were before it have left.
    """
    second = front[1].earliest_time_at_position if len(front) > _FEW_IN_FRONT else None
    return second if second is not None and second - begun > _MOVED_MS else None


def place(case: Case) -> Finding:
    """Where it stands in its queue."""
    snapshot = case.snapshot
    if snapshot is None:
        why = case.situation.snapshot_trouble or "GetJobQueueSnapshot was not asked"
        return NotSeen(f"its place in the queue: {told(why)}")
    front = snapshot.front_of_queue
    taken = _how_old(case)
    if case.place is None:
        if (first := first_of_share(case)) is not None:
            return first
        if len(front) < MOST_AT_THE_FRONT:
            which = f"the {number(len(front))} that AWS tells" if front else "those that AWS tells, which are none"
            return NotSeen(f"its place in the queue: it is not among {which}{taken}")
        if snapshot.front_updated_at is None or (case.job.created_at or snapshot.front_updated_at) >= (
            snapshot.front_updated_at
        ):
            return NotSeen(f"its place in the queue: what AWS tells may be older than the job{taken}")
        return Verdict(
            "place",
            f"At least {len(front)} jobs of its queue are before it.",
            Certainty.LIKELY,
            (f"not among the front {len(front)}, which is all that AWS tells{taken}", *share_figures(case)),
            ("Wait for its turn.",),
            STUCK,
            _leads(case),
        )
    position, entry = case.place
    at = since(entry.earliest_time_at_position, case.now)
    held = f", at this place for {at}" if at else ""
    who = "its first child is" if case.is_array_parent else "it is"
    if position == 1:
        share = "".join(f"; {each}" for each in share_figures(case))
        return RuledOut(f"{who} the first of its queue{held}{taken}{share}")
    before = [short(known_name(case, each.job_arn)) for each in front[: position - 1]]
    return Verdict(
        "place",
        f"{who[:1].upper()}{who[1:]} {ordinal(position)} in its queue: {count(position - 1, 'job')} before it.",
        Certainty.TOLD,
        (
            f"{ordinal(position)} of the {number(len(front))} at the front{held}{taken}",
            f"before it: {listed(before)}",
            *share_figures(case),
        ),
        ("Wait for its turn.",),
        STUCK,
        _leads(case),
    )


def higher_priority(case: Case) -> Finding:
    """Queues of higher priority that use the same environments have jobs that wait too."""
    queue = case.queue
    if queue is None or queue.priority is None or not case.environment_names:
        return None
    others = case.situation.other_queues
    if others is None:
        return NotSeen("the queues that share its environments: they are not known")
    ahead: list[tuple[str, str]] = []
    for other in others:
        shared = set(other.queue.compute_environment_order) & set(case.environment_names)
        runnable = case.load_of(other).runnable
        is_first = other.queue.priority is not None and other.queue.priority > queue.priority
        if shared and is_first and runnable and other.queue.state != "DISABLED":
            name = other.queue.job_queue_name
            figures = f"priority {other.queue.priority}, {number(runnable)} RUNNABLE"
            ahead.append((name, f"{whole(name)}: {figures}, shares {listed(sorted(map(whole, shared)))}"))
    if not ahead:
        return RuledOut("no job waits in a queue of higher priority that shares its environments")
    names = listed([short(name, 20) for name, _ in ahead], 1)
    return Verdict(
        "higher-priority",
        f"Queue {names} goes first: its priority is higher."
        if len(ahead) == 1
        else f"Queues {names} go first: their priority is higher.",
        Certainty.LIKELY,
        (f"{whole(queue.job_queue_name)}: priority {queue.priority}", *(words for _, words in ahead)),
        ("Wait, or raise its queue's priority.", "Or give its queue a compute environment of its own."),
        _PRIORITY,
        tuple(Lead("queue", name, "goes first") for name, _ in ahead),
    )


def retry(case: Case) -> Finding:
    """It ran before, and was put back into the queue."""
    detail = case.detail or case.situation.service
    if detail is None or not detail.attempts or case.job.status != RUNNABLE:
        return None
    last, done = detail.attempts[-1], len(detail.attempts)
    of = f" of {number(detail.retry_attempts)}" if detail.retry_attempts else ""
    containers = last.containers if isinstance(last, AttemptDetail) else ()
    codes = [f"exit code {each.exit_code}" for each in containers if each.exit_code is not None]
    reasons = [told(each.reason) for each in containers if each.reason]
    ended = [told(last.status_reason)] if last.status_reason else []
    return Verdict(
        "retry",
        f"It ran before, and waits for attempt {number(done + 1)}{of}.",
        Certainty.TOLD,
        (f"attempts {number(done)}{of}", *ended, *codes[:1], *reasons[:1]),
        ("See why the last attempt failed.",),
        _RETRIES,
    )


def _how_old(case: Case) -> str:
    """How old the picture of the queue is, where that is worth a word."""
    told_at = case.snapshot.front_updated_at if case.snapshot is not None else None
    if told_at is None or case.now - told_at < _FRESH_MS:
        return ""
    return f" (as it was {since(told_at, case.now)} ago)"


def _leads(case: Case) -> tuple[Lead, ...]:
    if case.snapshot is None or not case.snapshot.front_of_queue:
        return ()
    head = arn_name(case.snapshot.front_of_queue[0].job_arn)
    return (Lead("job", head, "the head of the queue"),) if head else ()
